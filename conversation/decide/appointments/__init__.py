"""The appointment for the next round: showing the times, booking, moving and cancelling, and reminders."""
