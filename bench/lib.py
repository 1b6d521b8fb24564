"""Shared by the benchmarks: registries, services, load, and the table of results.

Everything lives below one temporary folder (in TMPDIR, so choose that for another disk) and is gone at the end, together
with every process that was started.
"""
import atexit
import http.client
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BENCH = Path(__file__).resolve().parent
LAUNCHER = BENCH.parent / "bin" / "asmp"
FIND = shutil.which("gfind") or "find"
CLIENTS = 32

_children = []
_folder = None
_numbers = iter(range(1_000_000))


def begin(limit, tools=(), launcher=LAUNCHER):
    """Checks the tools, builds if needed, and limits the run to a number of seconds."""
    global _folder
    script = sys.modules["__main__"]
    if set(sys.argv[1:]) & {"-h", "--help"}:  # of those that have no options of their own
        sys.exit(f"usage: bench/{Path(script.__file__).name}\n\n{(script.__doc__ or '').strip()}")
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        sys.exit(f"bench: needs {', '.join(missing)}; bench/README.md says how to install it")
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(130))
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"bench: took longer than {limit} s and was stopped"))
    atexit.register(_clean_up)
    _folder = Path(tempfile.mkdtemp(prefix="asmp-bench-"))
    subprocess.run([launcher, "version"], stdout=subprocess.DEVNULL, check=True)
    signal.alarm(limit)


def _clean_up():
    signal.alarm(0)
    for child in _children:
        child.terminate()  # rather than kill: nginx would leave its workers behind
    for child in _children:
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    if _folder:
        shutil.rmtree(_folder, ignore_errors=True)


def new_folder(name, create=True):
    folder = _folder / f"{name}-{next(_numbers)}"
    if create:
        folder.mkdir()
    return folder


def spawn(command, **options):
    child = subprocess.Popen([str(word) for word in command], **options)
    _children.append(child)
    return child


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_answer(port, child, path="/health", seconds=30):
    """Polls until there is an answer."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode()
    end = time.monotonic() + seconds
    while time.monotonic() < end and child.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall(request)
                if connection.recv(1):
                    return
        except OSError:
            time.sleep(0.001)
    raise SystemExit(f"bench: nothing answered on port {port}")


# --- services -------------------------------------------------------------------------------------------------------

def manifest(number, revision=0, prefix="svc"):
    """The manifest of a service; three services share each capability 'bench.group-…'."""
    return {
        "asmp": "0.1", "kind": "service", "name": f"{prefix}-{number}",
        "description": f"Prepares and sends letters for the people of this machine, revision {revision}",
        "version": "1.10", "section": "tools",
        "capabilities": {"provides": [group(number, prefix), f"bench.{prefix}-{number}.status"]},
        "endpoints": [{"protocol": "http", "host": "127.0.0.1", "port": port(number, prefix), "path": "/api"}],
        "health": {"method": "http", "target": "http://127.0.0.1:7100/health", "interval": "30s"},
        "lifecycle": {"start": "systemctl --user start letters", "stop": "systemctl --user stop letters"},
    }


_prefixes = []


def port(number, prefix="svc"):
    """The port of a service; no two services may declare the same."""
    if prefix not in _prefixes:
        _prefixes.append(prefix)
    return 5_000 + 20_000 * _prefixes.index(prefix) + number


def group(number, prefix="svc"):
    return f"bench.{prefix}-group-{number // 3}.send"


def yaml(value, indent=""):
    """Block YAML with quoted texts."""
    def item(lead, inner):
        if isinstance(inner, (dict, list)):
            return f"{lead}\n{yaml(inner, indent + '  ')}"
        return f"{lead} {json.dumps(inner)}\n"
    if isinstance(value, list):
        lines = [item(f"{indent}-", inner) for inner in value]
    else:
        lines = [item(f"{indent}{key}:", inner) for key, inner in value.items()]
    return "".join(lines)


def index_file(number):
    """The index file of an announced service."""
    return yaml(manifest(number) | {"generation": 1, "sync": "announce", "status": "registered", "host": "bench",
                                    "last_seen": "2026-01-01T00:00:00.000Z", "x-asmp": {"format": 1}})


# --- registries -----------------------------------------------------------------------------------------------------

class Registry:
    """A daemon with a state folder and a port of its own."""

    def __init__(self, services=0, scan_paths=(), launcher=LAUNCHER):
        self.launcher = launcher
        self.home = new_folder("home")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.services = self.home / "services"
        self.services.mkdir()
        for number in range(services):
            (self.services / f"svc-{number}.asmp.yaml").write_text(index_file(number))
        paths = [str(path) for path in scan_paths] or [str(new_folder("nothing"))]
        (self.home / "host.yaml").write_text(yaml({
            "asmp": "0.1", "kind": "host", "host_id": "bench", "device_class": "server",
            "registry": {"api": self.url}, "discovery": {"scan_paths": paths, "interval": "1h"}}))
        self.environment = {key: value for key, value in os.environ.items()
                            if key not in ("ASMP_REGISTRY_URL", "NOTIFY_SOCKET")} | {"ASMP_HOME": str(self.home)}

    def start(self):
        """Starts the daemon, with its output in a file, and returns at its first answer."""
        self.log = self.home / f"log-{next(_numbers)}"
        with self.log.open("w") as log:
            self.process = spawn([self.launcher, "serve"], env=self.environment, stdin=subprocess.DEVNULL,
                                 stdout=log, stderr=log)
        await_answer(self.port, self.process)
        return self

    def await_first_scan(self):
        while "\nscanned " not in self.log.read_text():
            time.sleep(0.01)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)

    def kill(self):
        self.process.kill()
        self.process.wait(10)

    def memory(self):
        """Resident memory in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def java(self):
        """The daemon's JVM and flags, without its class cache."""
        words = Path(f"/proc/{self.process.pid}/cmdline").read_bytes().decode().split("\0")
        return [word for word in words[:words.index("-cp")] if "AOTCache" not in word and "-Xshare" not in word]

    def client(self):
        return Client(self.port)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


class Client:
    """A persistent connection."""

    def __init__(self, port, timeout=60):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def get(self, path):
        return json.loads(self.bytes("GET", path))

    def post(self, path, document=None):
        return json.loads(self.bytes("POST", path, document))

    def bytes(self, method, path, document=None):
        body = None if document is None else json.dumps(document).encode()
        headers = {} if document is None else {"Content-Type": "application/json"}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"bench: {method} {path} was answered with {answer.status}: {content[:300]}")
        return content


class Java:
    """A reference program of this folder, controlled through its standard input."""

    def __init__(self, jvm, program, *arguments, options=()):
        self.process = spawn([*jvm, *options, BENCH / program, *arguments], text=True,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


def constant(registry, answer, copies=0):
    """Starts a server with a registry's flags that answers every request with the same bytes; returns its address.

    With copies it answers from a table of so many services, each of which has bytes of its own.
    """
    folder, port = new_folder("constant"), free_port()
    (folder / "answer.json").write_bytes(answer)
    with (folder / "log").open("w") as log:
        server = spawn([*registry.java(), "-cp", f"{LAUNCHER.parent.parent}/target/asmp/lib/*",
                        BENCH / "ConstantServer.java", port, folder / "answer.json", copies], stdout=log, stderr=log)
    await_answer(port, server)
    return f"http://127.0.0.1:{port}"


# --- load -----------------------------------------------------------------------------------------------------------

def wrk(url, seconds, script=None, *arguments):
    """Requests per second."""
    command = ["wrk", "-t2", f"-c{CLIENTS}", f"-d{seconds}s", "--timeout", "10s"]
    command += ["-s", str(BENCH / script)] if script else []
    command += [url] + (["--", *map(str, arguments)] if arguments else [])
    answer = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=True).stdout
    if "Non-2xx" in answer or "Socket errors" in answer:
        raise SystemExit(f"bench: not every request was answered as it should be\n{answer}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", answer)[1])


def announces(registry, services, seconds):
    """Announcements per second from 32 clients, each with new content."""
    template = json.dumps(manifest(0, "@R@")).replace("svc-0", "svc-@N@").replace("group-0", "group-@G@")
    template = template.replace(f'"port": {port(0)}', '"port": @P@')
    return wrk(registry.url, seconds, "announce.lua", services, next(_numbers), template)


def lookups(registry, services, seconds, what):
    """Lookups per second of all services in turn."""
    return asked_in_turn(registry.url, services, seconds, what)


def asked_in_turn(url, services, seconds, what):
    """Answers per second of any server to the requests of lookups()."""
    return wrk(url, seconds, "lookup.lua", services, what)


# --- results --------------------------------------------------------------------------------------------------------

def clock(work):
    """The duration of a call in milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def rounds(count, **measures):
    """Runs all measurements in turn for a number of rounds; returns the values of each."""
    values = {name: [] for name in measures}
    for _ in range(count):
        for name, measure in measures.items():
            values[name].append(measure())
    return values


def ratio(values, references):
    """The median of the ratios within each round."""
    return statistics.median(a / b for a, b in zip(values, references))


def per_second(values):
    return f"{statistics.median(values):,.0f}/s"


def millis(values):
    return f"{statistics.median(values):.1f} ms"


def table(rows):
    """Prints rows of work, measured, reference, value, aim; an aim is '>= 0.9', '<= 400 ms', or empty."""
    lines = [("work", "measured", "reference", "ratio", "aim", "")]
    for what, measured, reference, value, aim in rows:
        verdict = ""
        if aim:
            sign, bound = aim.split()[:2]
            good = value >= float(bound) if sign == ">=" else value <= float(bound)
            verdict = "ok" if good else "**missed**"
        lines.append((what, measured, reference or "-", f"{value:.2f}" if reference else "-", aim or "-", verdict))
    widths = [max(len(line[column]) for line in lines) for column in range(6)]
    lines.insert(1, tuple("-" * width for width in widths))
    for line in lines:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |")
    sys.stdout.flush()
