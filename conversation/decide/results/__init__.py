"""The result of an interview: telling the candidate, and answering when they ask for it."""
