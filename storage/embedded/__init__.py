"""A Redis server of our own in the data folder, used when no other is configured."""
