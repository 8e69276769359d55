"""What people and our own parts bring is carried to its interview."""
