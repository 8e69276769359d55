"""The commands of the staff console, by subject."""
