"""One folder a platform: `parse` and `render` are pure, `channel` does the I/O behind the protocol in `base`."""
