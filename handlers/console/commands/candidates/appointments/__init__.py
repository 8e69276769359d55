"""Commands and lines about appointments for the next round."""
