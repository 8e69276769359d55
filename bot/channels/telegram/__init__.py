"""Telegram, for candidates: webhook or long polling, several bots in one process, on aiogram's client."""
