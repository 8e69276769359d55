-- Puts an interview's line into the text of its campaign and partition (see storage/search_lines.py), in place of the
-- one that is there. What a shorter line leaves over becomes empty lines, so that the text is never written anew.
local function line_start(text, at)
  local from, back = at, 256
  while true do
    from = math.max(1, at - back)
    local found = string.find(string.reverse(string.sub(text, from, at - 1)), '\n', 1, true)
    if found then return at - found + 1 end
    if from == 1 then return 1 end
    back = back * 4
  end
end

local function put_line(key, interview, line)
  local text = redis.call('GET', key) or ''
  local mark = '\28' .. interview .. '\n'
  local hit, put = string.find(text, mark, 1, true), false
  while hit do
    local start, stop = line_start(text, hit), hit + #mark - 1
    local room = stop - start + 1
    if not put and #line <= room then
      redis.call('SETRANGE', key, start - 1, line .. string.rep('\n', room - #line))
      put = true
    else
      redis.call('SETRANGE', key, start - 1, string.rep('\n', room))
    end
    hit = string.find(text, mark, stop + 1, true)
  end
  if not put then redis.call('APPEND', key, line) end
end
