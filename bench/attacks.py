"""The attacks of a siege: what any local program, and any repository, can do without a token, as fast as it can.

Each attack is a coroutine that goes on until it is cancelled and counts what it was answered in `answers`.
"""
import asyncio
import collections
import itertools
import json
import socket

answers = collections.defaultdict(collections.Counter)
_numbers = itertools.count()


class Target:
    """The port under attack."""

    def __init__(self, port):
        self.port = port

    def head(self, method, path, length=None, headers=""):
        extra = "" if length is None else f"Content-Type: application/json\r\nContent-Length: {length}\r\n"
        return (f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{extra}{headers}\r\n").encode()

    async def connect(self, buffer=None):
        connection = socket.socket()
        connection.setblocking(False)
        if buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        try:
            await asyncio.wait_for(asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", self.port)), 20)
            return await asyncio.open_connection(sock=connection, limit=1 << 20)
        except BaseException:
            connection.close()
            raise

    async def ask(self, name, method, path, body=None, headers="", read=True):
        """Sends one request and counts the answer's status; returns it."""
        status = "closed"
        writer = None
        try:
            reader, writer = await self.connect()
            writer.write(self.head(method, path, None if body is None else len(body), "Connection: close\r\n" + headers))
            if body:
                writer.write(body)
            line = await asyncio.wait_for(reader.readline(), 120)
            status = line.split()[1].decode() if len(line.split()) > 1 else "closed"
            while read and await asyncio.wait_for(reader.read(1 << 18), 120):
                pass
        except (OSError, asyncio.TimeoutError) as error:
            status = "silent" if isinstance(error, (TimeoutError, asyncio.TimeoutError)) else "closed"
        finally:
            if writer:
                writer.transport.abort()
        answers[name][status] += 1
        if status == "closed":
            await asyncio.sleep(0.05)
        return status


def manifest(name, **more):
    return {"asmp": "0.1", "kind": "service", "name": name, "capabilities": {"provides": [f"{name}.use"]}} | more


def encoded(value):
    return json.dumps(value, ensure_ascii=False).encode()


def wide(name, bytes_):
    """A manifest of so many bytes that is nearly all capabilities."""
    provides, size = [], 200
    while size < bytes_:
        provides.append(f"c{len(provides)}.{next(_numbers):x}")
        size += len(provides[-1]) + 4
    return encoded(manifest(name, capabilities={"provides": provides}))


def bomb(name):
    """YAML of 9 KB whose evidence is hundreds of megabytes once it is normalised: one text, eighteen times as long then."""
    text = "\ufdfa" * 2_500
    return (f'asmp: "0.1"\nkind: service\nname: {name}\ncapabilities:\n  provides: [{name}.use]\n'
            f'  owns: [&t "{text}"' + ", *t" * 109 + "]\n")


async def repositories(target, folder):
    """40 such manifests below a scan path, changed again and again, and scanned each time."""
    for turn in itertools.count():
        for number in range(40):
            repository = folder / f"bomb-{number}"
            repository.mkdir(exist_ok=True)
            (repository / "asmp.yaml").write_text(bomb(f"bomb-{number}") + f"turn: {turn}\n")
            await asyncio.sleep(0)
        await target.ask("scans of hostile repositories", "POST", "/discover/scan")
        await asyncio.sleep(5)


async def vm_patches(target):
    body = encoded({"metadata": {f"key{number}": number for number in range(4_000)}})
    vm = encoded({"id": "victim", "name": "victim", "role": "worker", "address": "a", "registeredBy": "siege"})
    await target.ask("VM patches of 60 KB", "POST", "/registry/vms", vm)
    while True:
        await target.ask("VM patches of 60 KB", "PATCH", "/registry/vms/victim", body)


async def fat_announces(target, number):
    for turn in itertools.count(number):
        body = encoded(manifest(f"fat-{turn % 102}", padding="x" * 248_000 + str(turn)))
        await target.ask("announces of 249 KB", "POST", "/services/announce", body)


async def stalled_body(target):
    """All of a body of 1 MiB but the last byte."""
    body = b" " * ((1 << 20) - 1)
    while True:
        try:
            reader, writer = await target.connect()
            writer.write(target.head("POST", "/services/announce", 1 << 20))
            writer.write(body)
            line = await asyncio.wait_for(reader.readline(), 60)
            answers["stalled bodies of 1 MiB"][line.split()[1].decode() if line else "closed"] += 1
            writer.transport.abort()
        except (OSError, asyncio.TimeoutError, IndexError):
            answers["stalled bodies of 1 MiB"]["closed"] += 1
        await asyncio.sleep(1)


async def wide_at_once(target):
    while True:
        bodies = [wide(f"wide-{number}", 200_000) for number in range(10)]
        await asyncio.gather(*(target.ask("100 wide announces at once", "POST", "/services/announce", body)
                               for body in bodies * 10))


def call(method, params):
    return encoded({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})


ACCEPT = "Accept: application/json, text/event-stream\r\n"


async def subscriptions(target):
    body = call("resources/subscribe", {"uri": "asmp://services/" + "x" * 1_000_000})
    while True:
        await target.ask("subscriptions to 1 MB", "POST", "/mcp", body, ACCEPT)


async def mcp_words(target):
    words = call("tools/call", {"name": "service_find", "arguments": {"query": "ab" * 30_000 + " " + "ba" * 30_000}})
    vm = call("tools/call", {"name": "registry_register", "arguments": {
        "id": "intruder", "name": "intruder", "role": "infra", "address": "a", "registeredBy": "siege"}})
    while True:
        await target.ask("MCP calls with 60 KB words", "POST", "/mcp", words, ACCEPT)
        await target.ask("MCP calls of VM tools", "POST", "/mcp", vm, ACCEPT)


async def notes(target):
    while True:
        body = encoded({"name": f"missing-{next(_numbers)}", "note": "x" * 7_500})
        await target.ask("notes of 8 KB", "POST", "/discoveries", body)


async def note_readers(target):
    while True:
        await target.ask("all notes", "GET", "/discoveries?pending=false")


async def tombstones(target):
    while True:
        name = f"gone-{next(_numbers)}"
        await target.ask("announce and delete", "POST", "/services/announce", encoded(manifest(name)))
        await target.ask("announce and delete", "DELETE", f"/services/{name}")


async def quadratic(target):
    mod = encoded({"name": "mod", "capabilities": {"provides": [f"m{i}" for i in range(25_000)]}})
    await target.ask("patches and mods of 25,000 capabilities", "POST", "/services/announce", encoded(manifest("quad")))
    for turn in itertools.count():
        patch = encoded({"capabilities": {"provides": [f"p{turn}.{i}" for i in range(20_000)]}})
        await target.ask("patches and mods of 25,000 capabilities", "PATCH", "/services/quad", patch)
        await target.ask("patches and mods of 25,000 capabilities", "POST", "/services/quad/mods", mod)


async def pipeline(target):
    """Requests that are never read."""
    requests = target.head("GET", "/services") * 50
    while True:
        try:
            reader, writer = await target.connect(buffer=4096)
            reader._limit = 1  # the transport stops reading
            writer.write(requests)
            writer.transport.pause_reading()
            for _ in range(60):
                await asyncio.sleep(1)
                writer.write(b"\r\n")
                if writer.transport.is_closing():
                    break
            answers["pipelines that are never read"]["closed" if writer.transport.is_closing() else "held 60 s"] += 1
            writer.transport.abort()
        except OSError:
            answers["pipelines that are never read"]["closed"] += 1
        await asyncio.sleep(1)


async def slow_reader(target):
    while True:
        try:
            reader, writer = await target.connect(buffer=4096)
            writer.write(target.head("GET", "/services"))
            while await reader.read(1):
                await asyncio.sleep(1)
            answers["slow readers"]["closed"] += 1
            writer.transport.abort()
        except OSError:
            answers["slow readers"]["closed"] += 1
        await asyncio.sleep(1)


async def slow_writer(target):
    while True:
        try:
            _, writer = await target.connect()
            for byte in target.head("POST", "/services/announce", 1000, "X-Slow: " + "x" * 200 + "\r\n"):
                writer.write(bytes([byte]))
                await asyncio.sleep(1)
                if writer.transport.is_closing():
                    break
            answers["slow writers"]["closed"] += 1
            writer.transport.abort()
        except OSError:
            answers["slow writers"]["closed"] += 1
        await asyncio.sleep(1)


def all_of(target, folder):
    """Every attack, in the numbers of a siege."""
    return [repositories(target, folder), *(vm_patches(target) for _ in range(4)),
            *(fat_announces(target, 13 * i) for i in range(8)), *(stalled_body(target) for _ in range(600)),
            wide_at_once(target), *(subscriptions(target) for _ in range(4)), *(mcp_words(target) for _ in range(2)),
            *(notes(target) for _ in range(8)), *(note_readers(target) for _ in range(2)),
            *(tombstones(target) for _ in range(8)), quadratic(target), *(pipeline(target) for _ in range(4_100)),
            *(slow_reader(target) for _ in range(1_000)), *(slow_writer(target) for _ in range(1_000))]
