"""What the counters mean: rates, definitions, comparisons, alerts, advice. Pure; how it is said is in `staff`.

Every figure is defined in `docs/figures.md`.
"""
