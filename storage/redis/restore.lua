-- Writes pieces of a backup (see storage/backup/pieces.py).
-- KEYS: each piece's key. ARGV: for each piece its type, '1' if it replaces what the key holds, when the key expires
-- (epoch milliseconds; 0: never), the last id of a stream, how many items there are, and these.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local at = 1
for _, key in ipairs(KEYS) do
  local kind, expires, last = ARGV[at], tonumber(ARGV[at + 2]), ARGV[at + 3]
  local from = at + 5
  local to = from + tonumber(ARGV[at + 4]) - 1
  if ARGV[at + 1] == '1' then redis.call('DEL', key) end
  at = to + 1
  if expires > 0 and expires <= now then
    redis.call('DEL', key)
  elseif kind == 'string' then
    redis.call('SET', key, ARGV[from])
  elseif kind == 'list' then
    for i = from, to do redis.call('RPUSH', key, ARGV[i]) end
  elseif kind == 'set' then
    for i = from, to do redis.call('SADD', key, ARGV[i]) end
  elseif kind == 'hash' then
    for i = from, to, 2 do redis.call('HSET', key, ARGV[i], ARGV[i + 1]) end
  elseif kind == 'zset' then
    for i = from, to, 2 do
      if ARGV[i + 1] == '' then
        redis.call('ZREM', key, ARGV[i])
      else
        redis.call('ZADD', key, ARGV[i + 1], ARGV[i])
      end
    end
  elseif kind == 'stream' then
    local i = from
    while i <= to do
      local many = tonumber(ARGV[i + 1])
      redis.call('XADD', key, ARGV[i], unpack(ARGV, i + 2, i + 1 + many))
      i = i + 2 + many
    end
    if last ~= '' and last ~= '0-0' then
      if redis.call('EXISTS', key) == 0 then -- an empty stream still knows its last id
        redis.call('XADD', key, last, '', '')
        redis.call('XDEL', key, last)
      end
      redis.call('XSETID', key, last)
    end
  end
  if expires > now then redis.call('PEXPIRE', key, string.format('%d', expires - now)) end
end
return 1
