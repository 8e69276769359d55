-- Calls every command that Xumian needs, on keys of its own, and returns the first that is refused, with the error.
-- KEYS: one each for a string, a hash, a list, a set, a sorted set and a stream. ARGV: 1 a channel.
-- What it writes is gone afterwards.
local text, hash, list, set, sorted, stream = unpack(KEYS)
local calls = {
  'DEL', KEYS, 'UNLINK', KEYS,
  'SET', {text, '1', 'EX', '60'}, 'GET', {text}, 'GETRANGE', {text, '0', '0'}, 'TYPE', {text}, 'INCR', {text}, 'EXISTS', {text},
  'APPEND', {text, '1'}, 'SETRANGE', {text, '0', '1'},
  'EXPIRE', {text, '60'}, 'PEXPIRE', {text, '60000'}, 'PTTL', {text},
  'HSET', {hash, 'a', '1'}, 'HSETNX', {hash, 'a', '1'}, 'HGET', {hash, 'a'}, 'HGETALL', {hash},
  'HMGET', {hash, 'a'}, 'HINCRBY', {hash, 'a', '1'}, 'HSCAN', {hash, '0'}, 'HDEL', {hash, 'a'},
  'RPUSH', {list, 'a'}, 'LPUSH', {list, 'a'}, 'LRANGE', {list, '0', '-1'}, 'LLEN', {list}, 'LTRIM', {list, '0', '0'},
  'SADD', {set, 'a'}, 'SISMEMBER', {set, 'a'}, 'SCARD', {set}, 'SMEMBERS', {set}, 'SSCAN', {set, '0'},
  'ZADD', {sorted, '1', 'a'}, 'ZSCORE', {sorted, 'a'}, 'ZCARD', {sorted}, 'ZRANGE', {sorted, '0', '0'},
  'ZREVRANGE', {sorted, '0', '0'}, 'ZRANGEBYSCORE', {sorted, '0', '1'}, 'ZRANGEBYLEX', {sorted, '-', '+'},
  'ZREMRANGEBYRANK', {sorted, '1', '1'}, 'ZREMRANGEBYSCORE', {sorted, '2', '2'}, 'ZREM', {sorted, 'a'},
  'XADD', {stream, '1-1', 'a', '1'}, 'XGROUP', {'CREATE', stream, 'g', '0'},
  'XREADGROUP', {'GROUP', 'g', 'c', 'STREAMS', stream, '>'}, 'XPENDING', {stream, 'g'},
  'XCLAIM', {stream, 'g', 'c', '0', '1-1', 'JUSTID'}, 'XAUTOCLAIM', {stream, 'g', 'c', '0', '0-0'},
  'XRANGE', {stream, '-', '+'}, 'XLEN', {stream}, 'XINFO', {'GROUPS', stream}, 'XACK', {stream, 'g', '1-1'},
  'XDEL', {stream, '1-1'}, 'XSETID', {stream, '1-1'},
  'SCAN', {'0', 'COUNT', '1'}, 'TIME', {}, 'PUBLISH', {ARGV[1], ''},
  'UNLINK', KEYS,
}
for at = 1, #calls, 2 do
  local answer = redis.pcall(calls[at], unpack(calls[at + 1]))
  if type(answer) == 'table' and answer.err then return {calls[at], answer.err} end
end
return false
