"""Use cases around the interview: intake, campaigns, staff actions and queries, notices, reports."""
