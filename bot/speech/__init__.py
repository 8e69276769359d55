"""Speech recognition on our own machine: recordings are fetched, decoded and transcribed."""
