"""Speech recognition on our own machines: fetching, decoding and transcribing recordings."""
