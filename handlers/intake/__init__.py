"""Routing inbound events, from people and from our own parts, to their interviews."""
