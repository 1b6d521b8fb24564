-- Asks for all services in turn. Arguments: how many there are, and "services" or "capabilities".
local threads = 0

function setup(thread)
   thread:set("id", threads)
   threads = threads + 1
end

function init(args)
   requests, number = {}, 0
   local services = tonumber(args[1])
   for i = 0, services - 1 do
      -- Steps of a prime, so that neighbours in time are no neighbours in the index.
      local n = (i * 7919 + id * math.floor(services / 2)) % services
      local path = args[2] == "services" and "/services/svc-" .. n
         or "/capabilities?provides=bench.svc-group-" .. math.floor(n / 3) .. ".send"
      requests[i] = wrk.format("GET", path)
   end
   count = services
end

function request()
   number = (number + 1) % count
   return requests[number]
end
