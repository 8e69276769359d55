-- Reads keys at one moment. Returns the time (epoch milliseconds), then for each key {type, milliseconds that it has
-- to live (below 0: for ever), contents, the last id of a stream}. The contents of a stream are not read.
-- KEYS: the keys. ARGV: for each key, the member of a sorted set whose score is wanted ('': everything).
local time = redis.call('TIME')
local found = {string.format('%d%03d', time[1], math.floor(time[2] / 1000))}
for i, key in ipairs(KEYS) do
  local kind = redis.call('TYPE', key).ok
  local items, last = {}, ''
  if kind == 'string' then
    items = {redis.call('GET', key)}
  elseif kind == 'hash' then
    items = redis.call('HGETALL', key)
  elseif kind == 'list' then
    items = redis.call('LRANGE', key, 0, -1)
  elseif kind == 'set' then
    items = redis.call('SMEMBERS', key)
  elseif kind == 'zset' and ARGV[i] == '' then
    items = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  elseif kind == 'zset' then
    items = {redis.call('ZSCORE', key, ARGV[i]) or ''}
  elseif kind == 'stream' then
    local told = redis.call('XINFO', 'STREAM', key)
    for at = 1, #told, 2 do
      if told[at] == 'last-generated-id' then last = told[at + 1] end
    end
  end
  found[i + 1] = {kind, redis.call('PTTL', key), items, last}
end
return found
