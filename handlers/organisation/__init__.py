"""The organisation: its units, people and rights, its pending work, and its own hash-chained record."""
