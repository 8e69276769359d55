"""Queries about appointments for the next round."""
