"""Appointments for the next round: requests in the organisation's record, and calendar files."""
