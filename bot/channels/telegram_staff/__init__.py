"""Telegram, for staff: one bot that takes commands, on python-telegram-bot's client."""
