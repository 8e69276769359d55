"""Choices: which are offered, what each does, and which one typed words mean."""
