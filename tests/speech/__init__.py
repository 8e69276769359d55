"""What the tests listen to: a miniature speech model, recordings, and the sentences it knows."""
