-- Puts a stub in place of a record whose entries are in the archive. Returns 1, or 0 if nothing was changed.
-- KEYS: 1 state, 2 log, 3 seen, 4 messages of the open answer, 5 moves.
-- ARGV: 1 what the state must begin with (version and hash, 40 bytes), 2 the SHA-1 (hex) of log and seen as they must
--       be, 3 the move, 4 the stub.
local head = redis.call('GETRANGE', KEYS[1], 0, 40)
if string.sub(head, 1, 40) ~= ARGV[1] or string.byte(head, 41) == 2 then return 0 end
local move = redis.call('HGET', KEYS[5], ARGV[3])
if not move or string.sub(move, 1, 5) ~= 'begun' then return 0 end
local log = table.concat(redis.call('LRANGE', KEYS[2], 0, -1))
local seen = table.concat(redis.call('ZRANGE', KEYS[3], 0, -1, 'WITHSCORES'), ' ')
if redis.sha1hex(log .. seen) ~= ARGV[2] then return 0 end
redis.call('LLEN', KEYS[4])
redis.call('SET', KEYS[1], ARGV[4])
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
redis.call('HDEL', KEYS[5], ARGV[3])
return 1
