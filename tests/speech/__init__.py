"""Data for the tests of speech recognition: a miniature model, recordings, and the sentences it knows."""
