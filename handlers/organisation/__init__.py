"""The organisation: its units, people and rights, what waits there, and its own hash-chained record."""
