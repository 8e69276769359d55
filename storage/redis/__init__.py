"""The store in Redis. The names of all keys are in `storage.keys`. Each change of an interview is one script,
`commit.lua`."""
