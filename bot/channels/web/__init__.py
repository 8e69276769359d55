"""The web messenger: a page, a WebSocket, and a mailbox in the store, so that closing a tab loses nothing."""
