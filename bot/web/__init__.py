"""The web server: its addresses, its socket, the report pages."""
