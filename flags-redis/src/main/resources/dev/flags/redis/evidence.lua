-- Records of the controller, all of them or none. Redis does not roll a script back, so whether it is permitted is looked at before the
-- first write; that there is memory left the server looks at before the script. Runs on Redis 6.2 and later, and on Valkey.
--
-- KEYS  lease, then a key for each record
-- ARGV  the fence, then for each record '+' and its text, or '-' to remove it
-- Returns {'written'}, {'fenced'} when somebody has taken the lease since, or {'denied', command, key}.
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[1] then
  return {'fenced'}
end
if redis.acl_check_cmd and KEYS[2] then
  if not redis.acl_check_cmd('SET', KEYS[2], 'v') then
    return {'denied', 'SET', KEYS[2]}
  end
  if not redis.acl_check_cmd('UNLINK', KEYS[2]) then
    return {'denied', 'UNLINK', KEYS[2]}
  end
end
for i = 2, #KEYS do
  if string.byte(ARGV[i], 1) == 43 then -- '+'
    redis.call('SET', KEYS[i], string.sub(ARGV[i], 2))
  else
    redis.call('UNLINK', KEYS[i])
  end
end
return {'written'}
