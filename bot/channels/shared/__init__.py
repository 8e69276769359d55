"""What several channels need: splitting texts, continuing half-sent messages, archived files, failed updates, and
accounts to which both candidates and staff write."""
