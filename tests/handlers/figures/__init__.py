"""Figures: the definitions, checked against made-up histories counted by hand, and the rules at their limits."""
