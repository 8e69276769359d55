"""Feishu and Lark (飞书): an organisation's bot for candidates and staff."""
