"""The staff console, played as conversations; see README.md."""
