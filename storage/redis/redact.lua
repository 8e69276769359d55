-- All entries of a record but the last, as they are stored after an erasure; or nothing.
-- KEYS: 1 state, 2 log. ARGV: 1 the state's version (8 bytes), then the entries.
-- An entry's hash, its first 32 bytes, never changes.
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
