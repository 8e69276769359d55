"""Files that people send: which kind they are, what is in them, and the archive that keeps them."""
