"""Records in the archive: moving them there and back, and everything that reads them."""
