"""The web messenger: a page, a WebSocket, and a mailbox in the store, so that a closed tab loses nothing."""
