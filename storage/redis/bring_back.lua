-- Puts a record in place of its stub, and notes that the archived object is to be deleted. Returns 1, or 0 if nothing
-- was changed.
-- KEYS: 1 state, 2 log, 3 seen, 4 moves.
-- ARGV: 1 what the stub must have after its head (33 bytes), 2 the move, 3 how many entries there are, then the
--       entries, then alternately the number and the id of each inbound event.
if redis.call('GETRANGE', KEYS[1], 40, 72) ~= ARGV[1] then return 0 end
local stub = redis.call('GET', KEYS[1])
redis.call('LLEN', KEYS[2])
redis.call('ZCARD', KEYS[3])
redis.call('HGET', KEYS[4], '')
redis.call('SET', KEYS[1], string.sub(stub, 1, 40) .. '\1' .. string.sub(stub, 74))
redis.call('DEL', KEYS[2], KEYS[3])
local entries = tonumber(ARGV[3])
for i = 4, 3 + entries do redis.call('RPUSH', KEYS[2], ARGV[i]) end
for i = 4 + entries, #ARGV, 2 do redis.call('ZADD', KEYS[3], ARGV[i], ARGV[i + 1]) end
redis.call('HSET', KEYS[4], ARGV[2], 'dropped')
return 1
