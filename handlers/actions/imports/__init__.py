"""Actions on files with earlier candidates, and on people who may be the same."""
