-- One commit, whole or not at all. Redis does not roll a script back, so everything that can fail is looked at before the first
-- write; and that is XADD, because the server itself refuses it when out of memory, read-only or not permitted.
-- It decodes no documents. Runs on Redis 6.2 and later, and on Valkey.
--
-- KEYS  meta, log, flags, kills, rollouts, segments, then history:<flag> of each flag in the order of ARGV's keys
-- ARGV  1 schema that the writer knows
--       2 revision, 3 epoch, 4 hash in meta as the writer has read them; all empty when there was no meta
--       5 new revision, 6 new epoch, 7 new hash, 8 the entry's payload
--       9 the settings to store, or '-' to leave them: '+' and the text
--       10 '1' when flags and segments are all that there is from now on
--       then the number of keys that the commit touches, and the keys
--       then the number of flags, and for each: key, record, kill, rollout ('-' for none, '+' and the text)
--       then the number of segments, and for each: name, record
local meta, log, flags, kills, rollouts, segments = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local revision = ARGV[5]

local expected = {'hash', 'stream', 'hash', 'hash', 'hash', 'hash'}
for i = 1, #KEYS do
  local found = redis.call('TYPE', KEYS[i]).ok
  local wanted = expected[i] or 'zset'
  if found ~= wanted and found ~= 'none' then
    return {'type', KEYS[i], found, wanted}
  end
end

local known = redis.call('HMGET', meta, 'revision', 'epoch', 'hash', 'schema')
if not known[1] and redis.call('EXISTS', meta) == 1 then
  return {'foreign', meta}
end
if known[4] and (tonumber(known[4]) or 0) > tonumber(ARGV[1]) then
  return {'schema', known[4]}
end
for i = 1, 3 do
  if (known[i] or '') ~= ARGV[i + 1] then
    return {'moved'}
  end
end
if #redis.call('XRANGE', log, revision .. '-0', '+', 'COUNT', 1) > 0 then
  return {'moved'}
end

if redis.acl_check_cmd then
  local commands = {
    {'HSET', meta, 'f', 'v'}, {'HINCRBY', meta, 'f', '0'}, {'HEXISTS', meta, 'f'}, {'HLEN', flags}, {'HSET', flags, 'f', 'v'},
    {'HSET', kills, 'f', 'v'}, {'HDEL', kills, 'f'}, {'HSET', rollouts, 'f', 'v'}, {'HDEL', rollouts, 'f'}, {'HSET', segments, 'f', 'v'}
  }
  if KEYS[7] then
    commands[#commands + 1] = {'ZADD', KEYS[7], '1', 'm'}
  end
  if ARGV[10] == '1' then
    for i = 3, 6 do
      commands[#commands + 1] = {'UNLINK', KEYS[i]}
    end
  end
  for i = 1, #commands do
    if not redis.acl_check_cmd(unpack(commands[i])) then
      return {'denied', commands[i][1], commands[i][2]}
    end
  end
end

redis.call('XADD', log, revision .. '-0', 'epoch', ARGV[6], 'hash', ARGV[7], 'payload', ARGV[8])

if ARGV[10] == '1' then
  redis.call('UNLINK', flags, kills, rollouts, segments)
end

local at = 11
local function take()
  at = at + 1
  return ARGV[at - 1]
end
local added = {flags = 0, kills = 0, rollouts = 0, segments = 0}
local function put(name, key, field, optional)
  if string.byte(optional, 1) == 43 then -- '+'
    added[name] = added[name] + redis.call('HSET', key, field, string.sub(optional, 2))
  else
    added[name] = added[name] - redis.call('HDEL', key, field)
  end
end

for i = 1, tonumber(take()) do
  take()
  redis.call('ZADD', KEYS[6 + i], revision, revision)
end
for _ = 1, tonumber(take()) do
  local key = take()
  added.flags = added.flags + redis.call('HSET', flags, key, take())
  put('kills', kills, key, take())
  put('rollouts', rollouts, key, take())
end
for _ = 1, tonumber(take()) do
  local name = take()
  added.segments = added.segments + redis.call('HSET', segments, name, take())
end

redis.call('HSET', meta, 'revision', revision, 'epoch', ARGV[6], 'hash', ARGV[7], 'schema', ARGV[1])
if string.byte(ARGV[9], 1) == 43 then
  redis.call('HSET', meta, 'settings', string.sub(ARGV[9], 2))
end
-- how many there are to be, which is not how many there are: what is missing stays missing until all of it is replaced
local hashes = {flags = flags, kills = kills, rollouts = rollouts, segments = segments}
for name, key in pairs(hashes) do
  if ARGV[10] == '1' or redis.call('HEXISTS', meta, name) == 0 then
    redis.call('HSET', meta, name, redis.call('HLEN', key))
  elseif added[name] ~= 0 then
    redis.call('HINCRBY', meta, name, added[name])
  end
end
return {'written'}
