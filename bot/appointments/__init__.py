"""The worker that handles candidates' requests for appointments."""
