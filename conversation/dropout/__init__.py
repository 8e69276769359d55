"""Interruptions: their signs from outside, their likely causes, and how they change the state."""
