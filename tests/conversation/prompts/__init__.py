"""A table of every prompt with every kind of input, for review."""
