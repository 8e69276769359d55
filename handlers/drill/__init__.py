"""The drill: a synthetic candidate goes through the live installation, and each step is reported."""
