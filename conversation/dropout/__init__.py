"""Interruptions: what they look like from outside, what probably caused them, and how long they last."""
