-- Announces svc-0, svc-1, … in turn, each time with a text that no request before it carried.
-- Arguments: how many services, a number that is another one in each run, the manifest with @N@, @G@ and @R@ in it.
local threads = 0

function setup(thread)
   thread:set("id", threads)
   threads = threads + 1
end

function init(args)
   services, run, template = tonumber(args[1]), args[2], args[3]
   number, revision = math.floor(id * services / 2), 0
   wrk.headers["Content-Type"] = "application/json"
end

function request()
   number = (number + 1) % services
   revision = revision + 1
   local body = template:gsub("@N@", number):gsub("@G@", math.floor(number / 3))
      :gsub("@P@", string.format("%d", 5000 + number)):gsub("@R@", run .. "." .. id .. "." .. revision)
   return wrk.format("POST", "/services/announce", nil, body)
end
