"""Time stamps (RFC 3161): asking an authority for them, and verifying them."""
