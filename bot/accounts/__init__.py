"""Our accounts on the platforms: added, removed, paused and measured while everything runs."""
