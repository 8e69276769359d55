"""Backups of a whole installation: the folder that one is written to, making one, and restoring one."""
