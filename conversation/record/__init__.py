"""The record of an interview: verifying its chain, and reading entries of earlier versions."""
