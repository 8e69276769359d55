"""Queries about figures, read from counters."""
