"""The archive of records, as files and objects, and the loop that moves them."""
