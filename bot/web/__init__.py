"""The web server: its routes, its listening socket, and the report pages."""
