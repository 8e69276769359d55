"""Everything that staff can make happen, as values: typed, checked when they are carried out, without words.

A way in (the chat console, the command line, an API) builds an action, shows its preview where it has one, carries
it out, and puts the result into its own words.
"""
