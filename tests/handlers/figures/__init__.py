"""Figures: definitions against hand-made histories with hand-computed answers, and the rules at their limits."""
