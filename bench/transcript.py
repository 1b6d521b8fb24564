"""The transcript of bench/fleet-life: every command, what it printed, and what differs from the expectation."""
import filecmp
import os
import re
import subprocess

import lib

STEPS = ("create_vm", "wait_vm", "end_leftovers", "write_identity", "copy_agents_md", "write_files", "start_agent", "wait_ready",
         "set_model", "validate")
WORKERS = 5


class Transcript:
    """Commands of asmp against one daemon."""

    def __init__(self, registry, vers, owner):
        self.registry, self.vers, self.owner = registry, vers, owner
        self.wrong = []

    def run(self, *words, code=0, says="", show=True):
        """Runs a command, which has to end with a code and to print what matches; returns what it printed."""
        words = [str(word) for word in words]
        print("$ asmp " + " ".join(word if re.fullmatch(r"[\w./:=@%+-]+", word) else f"'{word}'" for word in words), flush=True)
        ran = subprocess.run([lib.LAUNCHER, *words], env=self.registry.environment, text=True, timeout=300, check=False,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if show:
            print("".join(f"  {line}\n" for line in ran.stdout.splitlines()), end="")
        if code is not None and ran.returncode != code:
            self.fault(f"ended with {ran.returncode} instead of {code}")
        if not re.search(says, ran.stdout):
            self.fault(f"says nothing like '{says}'")
        return ran.stdout

    def fault(self, what):
        print(f"  DIFFERS: {what}")
        self.wrong.append(what)

    def count(self, live):
        """What the fake API counts itself, beside what is recorded."""
        there, recorded = self.vers.live(), self.owner.recorded()
        counts = self.vers.counts()
        print(f"# created={counts['created']} deleted={counts['deleted']} live={len(there)} "
              f"unrecorded={len(there - recorded)}")
        if len(there) != live or there != recorded:
            self.fault(f"{live} VMs should be there, and all of them recorded: {sorted(there ^ recorded)}")

    def newest(self, before):
        made = self.owner.recorded() - before
        if len(made) != 1:
            raise SystemExit(f"bench: one VM should have been made, not {len(made)}")
        return made.pop()

    # --- VMs ------------------------------------------------------------------------------------------------------------

    def vms(self):
        """create → exec → cp → commit → branch → rm; the commit stays, for agents."""
        print("## VMs")
        self.run("vm", "create", "--name", "build", "--wait")
        vm = self.newest(set())
        self.run("vm", "exec", vm, "--", "sh", "-c", "echo hello; echo $0", "$(touch x)", says=r"hello\n\$\(touch x\)")
        self.run("vm", "exec", vm, "--", "sh", "-c", "exit 7", code=7)
        self.run("vm", "exec", vm, "--", "sh", "-c", "kill -9 $$", code=137, says="KILL")
        self.run("vm", "exec", vm, "--timeout", "1s", "--", "sleep", "60", code=124)
        there, back = self.folder(), lib.new_folder("back", create=False)
        self.run("vm", "cp", there, f"{vm}:/root/work")
        self.run("vm", "cp", f"{vm}:/root/work", back)
        self.compare(there, back)
        commit = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", self.run("vm", "commit", vm, "--name", "golden"))[0]
        before = self.owner.recorded()
        self.run("vm", "branch", vm)
        branch = self.newest(before)
        self.run("vm", "exec", branch, "--", "cat", "/root/work/a", says="text")
        self.run("vm", "list", says=branch)
        self.run("fleet", "tree", says=branch)
        self.count(live=2)
        self.run("vm", "rm", vm, code=None, says="--yes")
        for one in (vm, branch):
            self.run("vm", "rm", one, "--yes")
        self.count(live=0)
        return commit

    def folder(self):
        folder = lib.new_folder("work")
        (folder / "empty").mkdir()
        (folder / "a").write_text("text without an end of line")
        (folder / "$(touch x)").write_bytes(os.urandom(5 << 20))
        (folder / "run").write_text("#!/bin/sh\n")
        (folder / "run").chmod(0o751)
        (folder / "link").symlink_to("a")
        return folder

    def compare(self, there, back):
        names = sorted(os.listdir(there))
        _, differ, missing = filecmp.cmpfiles(there, back, [name for name in names if name != "empty"], shallow=False)
        good = sorted(os.listdir(back)) == names and not differ and not missing and (back / "empty").is_dir() \
            and os.readlink(back / "link") == "a" and (back / "run").stat().st_mode & 0o777 == 0o751
        print(f"# {len(names)} names copied there and back: {'the same' if good else 'NOT the same'}")
        if not good:
            self.fault("the copy is not what was copied")

    # --- agents ---------------------------------------------------------------------------------------------------------

    def lieutenant(self, commit):
        """Created, asked, the daemon killed and started, asked again."""
        print("## A lieutenant and a daemon that is killed")
        self.run("lt", "create", "docs", "--commit", commit, "--role", "keeps the documentation")
        self.run("lt", "send", "docs", "hello", "--wait", says="echo: hello")
        self.run("lt", "send", "docs", "wait 3")
        print("# kill -9 of the daemon while the lieutenant works")
        self.registry.kill()
        self.registry.start()
        self.run("lt", "read", "docs", "--follow", says="waited")
        self.run("lt", "send", "docs", "are you there?", "--wait", says=r"echo: are you there\?")
        self.run("lt", "status", says="docs")
        self.count(live=1)
        self.run("lt", "rm", "docs", "--yes")
        self.count(live=0)

    def swarm(self, commit, step):
        """Five workers, one of which fails at a step; the others work, and all are torn down."""
        print(f"## A swarm of five, one fails at {step}")
        context = lib.new_folder("context") / "context.md"
        context.write_text("The parser is in src/parser.\n")
        if step == "create_vm":
            self.vers.ask("arm POST_/vm/from_commit REFUSED 402")
        else:
            self.vers.ask(f"fail {step}")
        labels = [word for number in range(1, WORKERS + 1) for word in ("--label", f"{step}-{number}")]
        self.run("swarm", "spawn", WORKERS, "--commit", commit, "--context", context, "--model", "x/y", *labels, code=1,
                 says=rf"(?s)error.*{step}")
        self.count(live=WORKERS - 1)
        status, listed = self.owner.send("GET", "/swarm/agents")
        ready = [one["name"] for one in listed["agents"] if one["status"] == "idle"] if status == 200 else []
        for name in ready[:2]:
            self.run("swarm", "task", name, "env VERS_VM_ID", show=False)
        self.run("swarm", "wait", says="(?s)succeeded.*succeeded")
        self.run("swarm", "teardown", "--yes")
        self.count(live=0)

    def end(self):
        connections, *names = self.vers.ask("names").split()
        print(f"# {connections} connections of TLS to sshd; server names that are no VM's: {len(names)}")
        if names:
            self.fault(f"asked for the hosts {names}")
        counts = self.vers.counts()
        unrecorded = len(self.vers.live() - self.owner.recorded())
        print(f"created={counts['created']} deleted={counts['deleted']} live={counts['live']} unrecorded={unrecorded}")
        return not self.wrong and counts["live"] == 0 and counts["created"] == counts["deleted"]
