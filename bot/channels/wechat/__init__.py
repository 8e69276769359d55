"""The channel of WeChat official accounts (公众号, 服务号)."""
