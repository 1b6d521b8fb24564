"""Shared by the commands about a fleet in etcd: members and registry processes on loopback ports, and a client that knows several."""
import http.client
import json
import os
import re
import signal
import time
import urllib.request
from pathlib import Path

import lib


class Cluster:
    """Members of etcd with state in a temporary folder."""

    def __init__(self, count=3, options=()):
        self.count, self.options = count, list(options)
        self.folder = lib.new_folder("etcd")
        self.ports = [lib.free_port() for _ in range(count)]
        self.peers = [lib.free_port() for _ in range(count)]
        self.members = [None] * count

    def start(self):
        for number in range(self.count):
            self.launch(number)
        while not self.leader_or_none():
            time.sleep(0.05)
        return self

    def url(self, number):
        return f"http://127.0.0.1:{self.ports[number]}"

    def urls(self):
        return [self.url(number) for number in range(self.count)]

    def launch(self, number):
        peers = [f"http://127.0.0.1:{port}" for port in self.peers]
        with (self.folder / f"log-{number}").open("a") as log:
            self.members[number] = lib.spawn([
                "etcd", "--name", f"m{number}", "--data-dir", self.folder / f"m{number}",
                "--listen-client-urls", self.url(number), "--advertise-client-urls", self.url(number),
                "--listen-peer-urls", peers[number], "--initial-advertise-peer-urls", peers[number],
                "--initial-cluster", ",".join(f"m{i}={peer}" for i, peer in enumerate(peers)),
                "--auto-compaction-mode", "periodic", "--auto-compaction-retention", "2m", *self.options],
                stdout=log, stderr=log)

    def ask(self, number, path, body):
        request = urllib.request.Request(self.url(number) + path, json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)

    def leader_or_none(self):
        """The number of the member that leads."""
        for number in range(self.count):
            try:
                status = self.ask(number, "/v3/maintenance/status", {})
                if status.get("leader", "0") == status["header"]["member_id"]:
                    return str(number)
            except (OSError, KeyError, ValueError):
                pass
        return None

    def signal(self, number, what):
        os.kill(self.members[number].pid, what)

    def kill(self, number):
        self.members[number].kill()
        self.members[number].wait()


class Process(lib.Registry):
    """A registry process whose fleet is in etcd."""

    def __init__(self, cluster, prefix="/asmp/fleets/bench", endpoints=None, **options):
        super().__init__(**options)
        profile = self.home / "host.yaml"
        store = {"etcd": {"endpoints": endpoints or cluster.urls(), "prefix": prefix}}
        profile.write_text(profile.read_text() + f"fleet: {json.dumps({'store': store})}\n")

    def signal(self, what):
        os.kill(self.process.pid, what)


class Client:
    """Asks several processes in turn, and stays with the one that answers."""

    def __init__(self, ports, first=0, timeout=15):  # longer than a process works on a change
        self.ports, self.at, self.timeout = ports, first % len(ports), timeout
        self.connection = None
        self.index = 0

    def once(self, method, path, document=None):
        """Asks the current process; (0, text) where it does not answer."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.ports[self.at], timeout=self.timeout)
            body = None if document is None else json.dumps(document).encode()
            self.connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            answer = self.connection.getresponse()
            self.index = max(self.index, int(answer.getheader("X-Asmp-Index") or 0))
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as why:
            self.turn()
            return 0, str(why).encode()

    def turn(self, to=None):
        """Goes to the next process, or to this one."""
        if self.connection:
            self.connection.close()
        self.connection = None
        self.at = (self.at + 1 if to is None else to) % len(self.ports)

    def ask(self, method, path, document=None, seconds=60):
        """Asks until there is an answer other than 503; returns status, body and whether it was asked more than once."""
        end = time.monotonic() + seconds
        again = False
        while True:
            status, body = self.once(method, path, document)
            if status not in (0, 503):
                return status, body, again
            again = True
            if time.monotonic() > end:
                raise TimeoutError(f"{method} {path}: {status} {body[:200]}")
            if status == 503:
                self.turn()
            time.sleep(0.05)


def cpu(pid):
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def written(pid):
    """Bytes that a process has caused to be written to disks."""
    return int(re.search(r"^write_bytes: (\d+)", Path(f"/proc/{pid}/io").read_text(), re.M)[1])


STOP, GO = signal.SIGSTOP, signal.SIGCONT
