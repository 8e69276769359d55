"""Shared parts of the WeChat and WeCom channels: callbacks, API calls, access tokens, texts without buttons."""
