"""Storage of the durable record: in Redis, embedded or not, and in memory for tests. See `ports` for the
interfaces."""
