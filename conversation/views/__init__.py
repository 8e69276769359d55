"""What is read back from the record: answers, ratings, counters."""
