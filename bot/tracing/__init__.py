"""Traces of messages' paths for OpenTelemetry, by setting. Nothing else imports the library."""
