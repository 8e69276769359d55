"""The processes and the platforms: settings, command line, web server, channels, delivery and timer loops."""
