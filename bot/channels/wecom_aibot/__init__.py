"""The staff console in WeCom, with a 智能机器人 over a connection that we open."""
