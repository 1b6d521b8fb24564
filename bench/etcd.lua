-- Puts a new key into etcd with each request, over its gateway. Arguments: how keys begin; a value in base64.
local threads = 0

function setup(thread)
   thread:set("id", threads)
   threads = threads + 1
end

local digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function base64(text)
   local out = {}
   for i = 1, #text, 3 do
      local a, b, c = text:byte(i, i + 2)
      local bits = a * 65536 + (b or 0) * 256 + (c or 0)
      for j = 0, 3 do
         local at = math.floor(bits / 2 ^ (18 - 6 * j)) % 64
         out[#out + 1] = ((j == 2 and not b) or (j == 3 and not c)) and "=" or digits:sub(at + 1, at + 1)
      end
   end
   return table.concat(out)
end

function init(args)
   prefix, value, number = args[1], args[2], 0
   wrk.headers["Content-Type"] = "application/json"
end

function request()
   number = number + 1
   return wrk.format("POST", "/v3/kv/put", nil,
      '{"key":"' .. base64(prefix .. "-" .. id .. "-" .. number) .. '","value":"' .. value .. '"}')
end
