"""What the bot decides to do and say, one module for each part of a conversation, such as opening or leaving."""
