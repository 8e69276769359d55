-- Writes a stream anew, so that no byte of deleted entries is left: Redis only marks them as deleted as long as their
-- node holds other entries. Entries keep their ids, and consumer groups what they have in hand.
-- KEYS: 1 stream.
local stream = KEYS[1]
if redis.call('EXISTS', stream) == 0 then return 0 end

local function named(flat)
  local found = {}
  for i = 1, #flat, 2 do found[flat[i]] = flat[i + 1] end
  return found
end

local entries = redis.call('XRANGE', stream, '-', '+')
local last = named(redis.call('XINFO', 'STREAM', stream))['last-generated-id']
local life = redis.call('PTTL', stream)
local groups, taken = {}, {}
for i, each in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
  groups[i] = named(each)
  local count = groups[i]['pending']
  taken[i] = count > 0 and redis.call('XPENDING', stream, groups[i]['name'], '-', '+', count) or {}
end

redis.call('DEL', stream)
if #entries == 0 and #groups == 0 then return 1 end
for _, each in ipairs(entries) do redis.call('XADD', stream, each[1], unpack(each[2])) end
for i, group in ipairs(groups) do
  redis.call('XGROUP', 'CREATE', stream, group['name'], group['last-delivered-id'], 'MKSTREAM')
end
redis.call('XSETID', stream, last)
for i, group in ipairs(groups) do
  for _, each in ipairs(taken[i]) do
    redis.call('XCLAIM', stream, group['name'], each[2], 0, each[1], 'IDLE', each[3], 'RETRYCOUNT', each[4],
      'FORCE', 'JUSTID')
  end
end
if life > 0 then redis.call('PEXPIRE', stream, life) end
return 1
