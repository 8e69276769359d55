"""What both Telegram bots know of the Bot API: lengths of texts, kinds of files."""
