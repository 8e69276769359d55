"""The report page's address: HTML for recruiters without a messenger at hand, and the recordings in it."""
