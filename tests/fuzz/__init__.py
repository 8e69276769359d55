"""Fuzzing of every parser that bytes of strangers reach. See `python -m tests.fuzz --help`."""
