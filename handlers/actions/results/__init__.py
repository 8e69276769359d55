"""Telling candidates the result that was decided."""
