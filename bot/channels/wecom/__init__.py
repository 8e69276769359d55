"""The WeCom (企业微信) channels: an app for members, 微信客服 for outside candidates, group robots for notices."""
