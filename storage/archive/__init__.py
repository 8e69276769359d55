"""Interviews that have ended, in the archive: the form of an object, and moving records there and back."""
