"""Notices: messages to recruiters about interviews."""
