"""Tests of what the assistant that reads may say, and of what is dropped."""
