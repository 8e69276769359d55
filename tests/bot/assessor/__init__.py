"""Tests of the assistant that reads: its client, its worker, and the test that admits a model."""
