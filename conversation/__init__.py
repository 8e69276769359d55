"""The interview itself: what the bot says, when and why. Pure: no I/O, clock, ids, chance or platform names."""
