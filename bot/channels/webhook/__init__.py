"""Webhooks: events of interviews for other systems, after the Standard Webhooks specification."""
