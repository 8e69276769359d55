"""Figures computed from counters: rates, outcomes, comparisons, alerts and advice.

Everything here is pure; `handlers.console` puts the figures into words. `docs/figures.md` defines every figure.
"""
