-- Writes everything that one inbound event changes, or nothing.
-- Returns {'committed'}, {'duplicate', version, reply}, {'conflict'}, {'missing'} if messages of the open answer that
-- are to stay are not there, or {'archived'} if the state is a stub.
-- KEYS: 1 state, 2 log, 3 seen, 4 outbox, 5 due, 6 counts, 7 members, 8 reply, 9 held, 10 messages of the open
--       answer, 11 lines of the campaign's interviews, then the queue of each job, then the counters of each day.
-- ARGV: 1 inbound id, 2 version that the state must have (8 bytes; empty: it must not exist yet), 3 new state,
--       4 log entry, 5 new version, 6 due time ('': never), 7 interview, 8 reply ('': none), 9 how long to keep the
--       reply in seconds, 10 how many inbound ids to remember, 11 the changes of counters (MessagePack, a flat list
--       of field, change and number of the key), 12 how many held messages are taken, 13 how many messages to hold,
--       14 how many jobs there are, 15 how many messages of the open answer stay, from the first ('': there were
--       none, and there are none), 16 how many follow them, 17 the line by which the interview is searched ('': it
--       has not changed), then the messages that follow, then the messages to hold, then the jobs, then the outbox
--       messages.
local seen = redis.call('ZSCORE', KEYS[3], ARGV[1])
if seen then
  return {'duplicate', seen, redis.call('GET', KEYS[8]) or ''}
end
local head = redis.call('GETRANGE', KEYS[1], 0, 40)
if string.sub(head, 1, 8) ~= ARGV[2] then
  return {'conflict'}
end
if string.byte(head, 41) == 2 then
  return {'archived'}
end
local stay, follow = tonumber(ARGV[15]), tonumber(ARGV[16])
if stay and redis.call('LLEN', KEYS[10]) < stay then
  return {'missing'}
end
-- A key of the wrong type must be found before anything is written. Those that are not read above are read here.
local taken, hold, jobs = tonumber(ARGV[12]), tonumber(ARGV[13]), tonumber(ARGV[14])
local counts = cmsgpack.unpack(ARGV[11])
redis.call('LLEN', KEYS[2])
redis.call('ZCARD', KEYS[5])
if ARGV[2] == '' then redis.call('SCARD', KEYS[7]) end
if taken + hold > 0 then redis.call('LLEN', KEYS[9]) end
if follow > 0 then redis.call('LLEN', KEYS[10]) end
if #counts > 0 then redis.call('HGET', KEYS[6], '') end
if ARGV[17] ~= '' then redis.call('GETRANGE', KEYS[11], 0, 0) end
for i = 12, 11 + jobs do redis.call('XLEN', KEYS[i]) end
for i = 12 + jobs, #KEYS do redis.call('HGET', KEYS[i], '') end
if #ARGV >= 18 + follow + hold + jobs then redis.call('XLEN', KEYS[4]) end
-- The first write is one that a server without memory refuses: then it refuses all.
redis.call('SET', KEYS[1], ARGV[3])
local at = 18
if stay == 0 then
  redis.call('DEL', KEYS[10])
elseif stay then
  redis.call('LTRIM', KEYS[10], 0, stay - 1)
end
for i = at, at + follow - 1 do
  redis.call('RPUSH', KEYS[10], ARGV[i])
end
at = at + follow
redis.call('RPUSH', KEYS[2], ARGV[4])
redis.call('ZADD', KEYS[3], ARGV[5], ARGV[1])
if tonumber(ARGV[5]) > tonumber(ARGV[10]) then
  redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - tonumber(ARGV[10]))
end
if ARGV[6] == '' then
  redis.call('ZREM', KEYS[5], ARGV[7])
else
  redis.call('ZADD', KEYS[5], ARGV[6], ARGV[7])
end
if ARGV[2] == '' then
  redis.call('SADD', KEYS[7], ARGV[7])
end
if ARGV[17] ~= '' and ARGV[2] == '' then
  redis.call('APPEND', KEYS[11], ARGV[17])
elseif ARGV[17] ~= '' then
  put_line(KEYS[11], ARGV[7], ARGV[17])
end
if ARGV[8] ~= '' then
  redis.call('SET', KEYS[8], ARGV[8], 'EX', ARGV[9])
end
for i = 1, #counts, 3 do
  redis.call('HINCRBY', KEYS[counts[i + 2]], counts[i], counts[i + 1])
end
if taken > 0 then
  redis.call('LTRIM', KEYS[9], taken, -1)
  for i = at + hold - 1, at, -1 do
    redis.call('LPUSH', KEYS[9], ARGV[i])
  end
else
  for i = at, at + hold - 1 do
    redis.call('RPUSH', KEYS[9], ARGV[i])
  end
end
at = at + hold
for i = 12, 11 + jobs do
  redis.call('XADD', KEYS[i], '*', 'j', ARGV[at])
  at = at + 1
end
for i = at, #ARGV do
  redis.call('XADD', KEYS[4], '*', 'm', ARGV[i])
end
return {'committed'}
