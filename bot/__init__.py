"""The bot's processes and platforms: settings, command line, web server, channels, delivery and timer loops."""
