"""The store in Redis: each change of an interview is one script, `commit.lua`."""
