"""The Telegram channel for candidates: several bots in one process, by webhook or long polling."""
