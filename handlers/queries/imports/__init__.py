"""Queries about what was imported from earlier systems."""
