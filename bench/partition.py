"""The partition of bench/fleet-life: the holder of a lieutenant is cut off from etcd, while its VM is within reach."""
import socket
import threading
import time

import etcd

CALM = 3  # seconds in which the processes look after what they hold


class Cable:
    """A way to a port that can be cut."""

    def __init__(self, port):
        self.port, self.isCut, self.ends = port, False, []
        self.server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.accept, daemon=True).start()

    def url(self):
        return f"http://127.0.0.1:{self.server.getsockname()[1]}"

    def accept(self):
        while True:
            near, _ = self.server.accept()
            if self.isCut:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.port))
            self.ends += [near, far]
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self.pass_on, args=pair, daemon=True).start()

    def pass_on(self, one, other):
        try:
            for part in iter(lambda: one.recv(65536), b""):
                other.sendall(part)
        except OSError:
            pass
        for end in (one, other):
            end.close()

    def cut(self):
        self.isCut = True
        ends, self.ends = self.ends, []
        for end in ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # closed already

    def heal(self):
        self.isCut = False


class Holder:
    """A registry process as one of several that may hold the lieutenant."""

    def __init__(self, cluster, name, endpoint, variables, owner):
        self.name, self.process = name, etcd.Process(cluster, endpoints=[endpoint])
        profile = self.process.home / "host.yaml"
        profile.write_text(profile.read_text().replace('host_id: "bench"', f'host_id: "{name}"'))
        self.process.environment |= variables
        self.process.start()
        self.owner = owner(self.process)

    def holds(self):
        """Whether it has the lieutenant and is attached to it."""
        status, listed = self.owner.send("GET", "/lieutenants", timeout=5)
        return status == 200 and any(one["name"] == "docs" and "holder" not in one and one["status"] in ("idle", "working")
                                     for one in listed["agents"])

    def shown_holders(self):
        status, listed = self.owner.send("GET", "/lieutenants", timeout=5)
        return [one.get("holder", self.name) for one in listed["agents"]] if status == 200 else []

    def ask(self, message):
        """The answer of the lieutenant, or None where the message is refused."""
        status, sent = self.owner.send("POST", "/lieutenants/docs/send", {"message": message})
        if status != 200:
            return None
        while True:
            status, read = self.owner.send("GET", f"/lieutenants/docs/read?wait=10s&from=0&task={sent['taskId']}")
            if status != 200 or read["done"]:
                return read.get("text")


def until(what, condition, seconds=60):
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise SystemExit(f"bench: in vain for {seconds} s: {what}")
        time.sleep(.05)
    return time.monotonic() - began


def run(vers, owner):
    """True when one process at most acts at any time, and one holds the lieutenant in the end."""
    cluster = etcd.Cluster(1).start()
    cable = Cable(cluster.ports[0])
    one = Holder(cluster, "one", cable.url(), vers.variables, owner)
    two = Holder(cluster, "two", cluster.url(0), vers.variables, owner)
    checks = []

    def check(what, good):
        checks.append(good)
        print(f"{'ok' if good else 'WRONG':6}{what}", flush=True)

    one.owner.send("POST", "/lieutenants", {"name": "docs", "commit": vers.ask("commit")})
    until("the lieutenant is ready", one.holds)
    check("the first process holds it and is answered", one.ask("hello") == "echo: hello")
    until("the second one shows it", lambda: two.shown_holders() == ["one"])
    cable.cut()
    began, both, moments = time.monotonic(), 0, {}
    while "taken over" not in moments and time.monotonic() - began < 60:
        taken, held = two.holds(), one.holds()
        both += taken and held
        for what, now in (("let go of", not held), ("taken over", taken)):
            if now:
                moments.setdefault(what, time.monotonic() - began)
        time.sleep(.02)
    print(f"      let go of after {moments.get('let go of', 0):.1f} s, taken over after {moments.get('taken over', 0):.1f} s")
    check("let go of before it was taken over", both == 0 and moments.get("let go of", 99) <= moments.get("taken over", 0))
    check("the process that is cut off refuses to send, and to delete", one.ask("too late") is None
          and one.owner.send("DELETE", "/lieutenants/docs")[0] >= 400 and len(vers.live()) == 1)
    check("the new holder is answered", two.ask("by its holder") == "echo: by its holder")
    cable.heal()
    until("the first process shows the new holder", lambda: one.shown_holders() == ["two"])
    time.sleep(2 * CALM)
    check("one holder after healing, as both show", one.shown_holders() == two.shown_holders() == ["two"])
    check("the former one still refuses", one.ask("too late") is None
          and one.owner.send("DELETE", "/lieutenants/docs")[0] >= 400 and len(vers.live()) == 1)
    _, history = two.owner.send("GET", "/lieutenants/docs/history")
    check("its tasks are those of its holders", [result["text"] for result in history["results"]] ==
          ["echo: hello", "echo: by its holder"])
    two.process.stop()
    print(f"      taken over {until('the first one takes it', one.holds):.1f} s after the holder stopped")
    check("and the next holder is answered", one.ask("again") == "echo: again")
    one.owner.send("DELETE", "/lieutenants/docs")
    counts = vers.counts()
    print(f"created={counts['created']} deleted={counts['deleted']} live={counts['live']}")
    one.process.stop()
    return all(checks) and counts["live"] == 0
