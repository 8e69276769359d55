"""Actions on appointments for the next round."""
