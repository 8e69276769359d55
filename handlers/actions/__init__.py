"""Actions: everything that staff can change, as typed values without wording, checked when they are executed.

An entry point (the chat console, the command line, an API) builds an action, shows its preview if it has one,
executes it, and words the result itself.
"""
