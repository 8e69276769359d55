"""Actions on what the installation itself consists of: accounts, bots, tokens, webhooks, drills."""
