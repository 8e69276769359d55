"""Views derived from the record: answers, ratings, counters."""
