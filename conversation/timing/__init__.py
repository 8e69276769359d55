"""When messages may be sent and when things are due: deadlines, reminders, working hours, messaging windows."""
