"""The organisation: its record and what it keeps."""
