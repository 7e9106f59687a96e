-- For wrk: asks for the paths of a file one after the other, in an order that does not follow the file.
-- usage: wrk -t2 -c200 -d8 --latency -s scripts/paths.lua http://127.0.0.1:8080 -- paths.txt
local paths, at = {}, 0
function init(arguments)
  for line in io.lines(arguments[1]) do paths[#paths + 1] = line end
end
function request()
  at = at + 1
  return wrk.format("GET", paths[(at * 7919) % #paths + 1], { ["Accept-Encoding"] = "gzip" })
end
