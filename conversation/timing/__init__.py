"""When something may be said or is due: deadlines, reminders, working hours, messaging windows."""
