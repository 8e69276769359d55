"""WeCom (企业微信): an app for members, 微信客服 for candidates outside, group robots for recruiters' notices."""
