"""The DingTalk (钉钉) channel: the organisation's robot for candidates and staff, and group robots for notices."""
