"""The durable record in Redis: all keys are in `keys`, each change of an interview in one script, `commit.lua`."""
