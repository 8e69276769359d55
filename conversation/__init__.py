"""The interview itself: what is said when, and why. Pure: no I/O, clock, ids, chance or platform names."""
