-- Replaces all entries of a record except the last by their erased forms. Returns 1, or 0 if nothing was changed.
-- KEYS: 1 state, 2 log. ARGV: 1 version that the state must have (8 bytes), then the erased entries.
-- The first 32 bytes of an entry are its hash, which an erasure does not change.
if redis.call('GETRANGE', KEYS[1], 0, 7) ~= ARGV[1] then return 0 end
local log = redis.call('LRANGE', KEYS[2], 0, -1)
if #log ~= #ARGV then return 0 end
for at = 1, #log - 1 do
  if string.sub(log[at], 1, 32) ~= string.sub(ARGV[at + 1], 1, 32) then return 0 end
end
redis.call('DEL', KEYS[2])
for at = 1, #log - 1 do redis.call('RPUSH', KEYS[2], ARGV[at + 1]) end
redis.call('RPUSH', KEYS[2], log[#log])
return 1
