"""Queries: what staff may see within their own units, returned as values. They change nothing."""
