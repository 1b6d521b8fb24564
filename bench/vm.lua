-- Speaks for VMs. Arguments: get, heartbeat or register; how many VMs there are (vm-0, vm-1, …), asked in turn;
-- how the ids of new VMs begin, another way in each run; a registration with @ID@ in it.
local threads = 0

function setup(thread)
   thread:set("id", threads)
   threads = threads + 1
end

function init(args)
   what, count, prefix, template = args[1], tonumber(args[2]), args[3], args[4]
   number, requests = 0, {}
   for i = 0, what == "register" and -1 or count - 1 do
      -- Steps of a prime, so that neighbours in time are no neighbours in memory.
      local vm = "/registry/vms/vm-" .. (i * 7919 + id * math.floor(count / 2)) % count
      requests[i] = what == "get" and wrk.format("GET", vm) or wrk.format("POST", vm .. "/heartbeat")
   end
   if what == "register" then
      wrk.headers["Content-Type"] = "application/json"
   end
end

function request()
   number = number + 1
   if what ~= "register" then
      return requests[number % count]
   end
   return wrk.format("POST", "/registry/vms", nil, (template:gsub("@ID@", prefix .. "-" .. id .. "-" .. number)))
end
