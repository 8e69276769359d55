"""The table of every prompt and every kind of input."""
