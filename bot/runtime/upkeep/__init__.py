"""Loops that keep in order what follows from the records."""
