"""Shared by the benchmarks of the VM registry: prepared fleets, load, and removal of registered VMs."""
import json
import socket
import threading

import lib

STARTED = "2026-01-01T00:00:00.000Z"
ROLE, NEWCOMERS = "lieutenant", "new-"


def registration(number, role="worker"):
    """The body of a registration."""
    return {"id": f"vm-{number}", "name": f"{role}-{number}", "role": role, "address": f"vm-{number}.vm.vers.sh",
            "status": "running", "services": [{"name": "agent", "port": 3000, "healthPath": "/health"}],
            "metadata": {"agentId": f"agent-{number}", "commitId": f"c0ffee{number:026d}"}, "registeredBy": "vm-0"}


def role_of(number, count):
    """Gives ten VMs of a fleet, evenly spread, the role that discover asks for."""
    return ROLE if number % (count // 10) == 0 else "worker"


def entry(said):
    """The registry's record of a registration."""
    keys = ("id", "name", "role", "status", "address", "services", "metadata", "registeredBy")
    return {key: said[key] for key in keys} | {"registeredAt": STARTED, "lastSeen": STARTED}


def vms(count):
    return [registration(number, role_of(number, count)) for number in range(count)]


# --- the journal ----------------------------------------------------------------------------------------------------

def _crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _crc_table()


def line(record):
    """A journal line: the checksum (CRC-32C), then the record."""
    text = json.dumps(record, separators=(",", ":"))[1:].encode()
    crc = 0xFFFFFFFF
    for byte in text:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 255]
    return b'{"crc":"%08x",%s\n' % (crc ^ 0xFFFFFFFF, text)


def write_journal(registry, registrations, stale=()):
    """Writes the journal of a fleet for a registry that has not started yet."""
    with (registry.home / "vms.jsonl").open("wb") as file:
        file.write(line({"journal": "vms", "format": 1}))
        for number, said in enumerate(registrations):
            file.write(line({"put": entry(said), "n": number}))
        if stale:
            file.write(line({"stale": list(stale)}))


def registry(count, **options):
    """A registry with `count` live VMs."""
    made = lib.Registry(**options)
    write_journal(made, vms(count))
    return made


# --- load -----------------------------------------------------------------------------------------------------------

def requests(url, seconds, what, count=1):
    """Requests per second: get or heartbeat of all VMs in turn, or registrations of new VMs."""
    said = json.dumps(registration(0) | {"id": "@ID@", "name": "@ID@", "address": "@ID@.vm.vers.sh"})
    return lib.wrk(url, seconds, "vm.lua", what, count, f"{NEWCOMERS}{next(lib._numbers)}", said)


def registrations(registry, seconds):
    """Registrations per second; removes the new VMs afterwards."""
    rate = requests(registry.url, seconds, "register")
    came = [vm["id"] for vm in registry.client().get(f"/registry/vms?q={NEWCOMERS}")["vms"]]
    in_bulk(registry, [("DELETE", f"/registry/vms/{one}") for one in came])
    return rate


def in_bulk(registry, asked):
    """Sends many requests over many connections, pipelined."""
    failures = []
    shares = [asked[share::lib.CLIENTS] for share in range(lib.CLIENTS)]
    threads = [threading.Thread(target=_send, args=(registry.port, share, failures)) for share in shares if share]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise SystemExit(f"bench: {failures[0]}")


def _send(port, asked, failures):
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        for start in range(0, len(asked), 50):
            part = asked[start:start + 50]
            connection.sendall(b"".join(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
                                        for method, path in part))
            answers = b""
            while answers.count(b"HTTP/1.1 ") < len(part) or not answers.endswith(b"}"):
                more = connection.recv(1 << 16)
                if not more:
                    failures.append(f"the connection ended within {part[0]} …")
                    return
                answers += more
            if answers.count(b"HTTP/1.1 200 ") != len(part):
                failures.append(f"not all of {part[0]} … were answered with 200: {answers[-300:]}")
                return
