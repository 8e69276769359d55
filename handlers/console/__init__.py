"""The staff console: command lines in a chat become actions and queries, and their results become messages."""
