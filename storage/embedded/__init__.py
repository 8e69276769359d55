"""A Redis server of our own in the data folder, where no other is named."""
