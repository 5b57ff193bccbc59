-- The lease of an environment's controller, by the server's clock. Runs on Redis 6.2 and later, and on Valkey.
--
-- KEYS  lease
-- ARGV  'acquire', holder, milliseconds  → {fence, until} or {} while another has it
--       'release', holder, fence         → {} whether it was still this one or not
--
-- The fence is the server's time in milliseconds when somebody new took the lease, or one more than the last: so it rises also
-- after the key was lost, and no writer of before is taken for one of after.
local lease = KEYS[1]
local known = redis.call('HMGET', lease, 'holder', 'fence', 'until')

if ARGV[1] == 'release' then
  if known[1] == ARGV[2] and known[2] == ARGV[3] then
    redis.call('HSET', lease, 'holder', '', 'until', '0')
  end
  return {}
end

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local fence = tonumber(known[2] or '0') or 0
if known[1] ~= ARGV[2] then
  if known[1] and known[1] ~= '' and (tonumber(known[3] or '0') or 0) > now then
    return {}
  end
  fence = math.max(fence + 1, now)
end
local until_at = now + tonumber(ARGV[3])
redis.call('HSET', lease, 'holder', ARGV[2], 'fence', string.format('%.0f', fence), 'until', string.format('%.0f', until_at))
return {string.format('%.0f', fence), string.format('%.0f', until_at)}
