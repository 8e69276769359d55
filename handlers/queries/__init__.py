"""What staff may see, as values, within their own units: questions that change nothing."""
