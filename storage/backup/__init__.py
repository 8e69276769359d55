"""What a backup of the store consists of: which keys it holds, and how their contents are written to a file."""
