"""Moving interviews that ended a while ago from Redis into the archive."""
