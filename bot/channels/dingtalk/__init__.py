"""DingTalk (钉钉): the organisation's robot for candidates and staff, and custom group robots for notices."""
