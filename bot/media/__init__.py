"""Files that people send: detecting their format, decoding recordings, and the archive that stores them."""
