"""The Telegram channel for staff: one bot that takes commands, using python-telegram-bot (PTB)."""
