package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.vers.FakeVersApi;
import dev.asmp.vers.FakeVersApi.Fault;
import dev.asmp.vers.TlsFront;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the fleet against a daemon, the fake API and a real SSH server. */
@NullUnmarked
class FleetCommandsTest {
    @TempDir
    private Path folder;
    private FakeVersApi fake;
    private TlsFront front;
    private RunningDaemon daemon;
    private Asmp asmp;

    @BeforeEach
    void begin() throws Exception {
        fake = new FakeVersApi(folder.resolve("vers"));
        front = new TlsFront(folder.resolve("front"), fake);
        Map<String, String> variables = new HashMap<>(Map.of("VERS_BASE_URL", fake.url(), "ASMP_VERS_VM_DOMAIN",
                front.domain(), "VERS_CA_FILE", front.authority().toString(), "ASMP_VERS_SSH_USER",
                System.getProperty("user.name")));
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "", false, variables);
        asmp = new Asmp(folder);
        variables.forEach(asmp::with);
    }

    @AfterEach
    void end() throws Exception {
        daemon.close();
        front.close();
        fake.close();
    }

    private String done(String... words) {
        Asmp.Run run = asmp.run(words);
        assertEquals(0, run.status(), () -> List.of(words) + ": " + run.out() + run.err());
        return run.out();
    }

    private void logIn() throws Exception {
        Files.createDirectories(folder.resolve(".ssh"));
        Files.writeString(folder.resolve(".ssh/id_ed25519.pub"), "ssh-ed25519 AAAA me");
        fake.login().knowsTheKey();
        assertTrue(done("vers", "login").contains("logged in as me@example.com of mine"));
    }

    @Test
    void aLoginKeepsTheKeyAndNeverShowsIt() throws Exception {
        assertEquals(1, asmp.run("vers", "whoami").status());
        assertEquals(1, asmp.run("vm", "create").status());
        Files.createDirectories(folder.resolve(".ssh"));
        Files.writeString(folder.resolve(".ssh/id_rsa.pub"), "ssh-rsa AAAA me");
        assertEquals(2, asmp.run("vers", "login").status());
        Asmp.Run taken = asmp.run("vers", "login", "--email", "taken@example.com");
        assertTrue(taken.status() == 1 && taken.err().contains("another account"), taken.err());
        fake.login().clickAfter(0);
        fake.login().refuseKeys(402);
        Asmp.Run unpaid = asmp.run("vers", "login", "--email", "me@example.com");
        assertTrue(unpaid.status() == 1 && unpaid.err().contains("402"), unpaid.err());
        fake.login().refuseKeys(0);
        fake.login().clickAfter(0);
        done("vers", "login", "--email", "me@example.com");
        Path file = daemon.home().resolve("vers.json");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertTrue(done("vers", "whoami").contains(FakeVersApi.OWNER));
        assertFalse(done("vers", "whoami", "--json").contains("fedcba9876543210"));
        assertFalse(daemon.log().contains("fedcba9876543210"));
        assertEquals(1, asmp.run("vers", "login").status());
    }

    @Test
    void aVmIsMadeUsedAndDeletedFromTheCommandLine() throws Exception {
        logIn();
        String vm = done("vm", "create", "--name", "one").split(" ", 2)[0];
        assertEquals(new Asmp.Run(7, "out\n", "err\n"),
                asmp.run("vm", "exec", vm, "--", "sh", "-c", "echo out; echo err >&2; exit 7"));
        Asmp.Run late = asmp.run("vm", "exec", vm, "--timeout", "300ms", "--", "sleep", "30");
        assertTrue(late.status() == 124 && late.err().contains("not done after 0.3 s"), late.err());
        assertEquals("{\"outcome\":\"exited\",\"code\":3}\n", asmp.run("vm", "exec", vm, "--json", "--", "sh", "-c",
                "exit 3").out());
        assertEquals(125, asmp.run("vm", "exec", "none", "--", "true").status());
        String job = done("vm", "exec", vm, "--detach", "--", "sh", "-c", "echo one; echo two").strip();
        assertEquals("one\ntwo\n", done("vm", "logs", vm, job, "-f"));
        assertTrue(done("vm", "list").contains("running"));
        assertTrue(done("fleet", "tree").contains("one (custom, running)"));
        assertTrue(done("fleet", "status").startsWith("1 of at most 20 VMs"));
        String commit = done("vm", "commit", vm, "--name", "saved").strip();
        assertTrue(done("commits", "list").contains(commit + "  saved  " + vm));
        assertEquals("the records are right\n", done("commits", "reconcile"));
        assertEquals(1, asmp.run("vm", "rm", vm).status());
        assertEquals("Linux\n", done("vm", "create", "--ephemeral", "--", "uname", "-s"));
        fake.arm("DELETE /vm/.*", Fault.refused(500, ""), Fault.refused(500, ""), Fault.refused(500, ""));
        assertEquals(1, asmp.run("vm", "rm", vm, "--yes").status());
        assertTrue(done("fleet", "reap", "--dry-run").contains(vm + "  would be deleted (asked for before)"));
        assertTrue(done("fleet", "reap").contains(vm + "  deleted (asked for before)"));
        assertEquals("nothing was left behind\n", done("fleet", "reap"));
        assertEquals(List.of(), fake.live());
    }

    @Test
    void aTerminalsVmIsMeantWhereACommandNamesNone() throws Exception {
        logIn();
        assertEquals(1, asmp.run("vm", "use").status());
        assertEquals(2, asmp.run("vm", "exec", "--", "true").status());
        String vm = done("vm", "create").split(" ", 2)[0];
        String other = done("vm", "create").split(" ", 2)[0];
        done("vm", "use", vm);
        assertEquals(vm + "\n", done("vm", "use"));
        assertEquals("", done("vm", "exec", "--", "touch", "here"));
        assertEquals("", done("vm", "cat", "here"));
        assertEquals(1, asmp.run("vm", "cat", other, "here").status());
        String job = done("vm", "exec", "--detach", "--", "echo", "one").strip();
        assertEquals("one\n", done("vm", "logs", job, "-f"));
        assertTrue(done("vm", "logs").startsWith(job));
        assertEquals(1, asmp.with("ASMP_VM", other).run("vm", "cat", "here").status());
        asmp.with("ASMP_VM", "");
        assertEquals(2, asmp.run("vm", "rm", "--yes").status());
        assertEquals(2, asmp.run("vm", "exec", "", "--", "true").status());
        try (var files = Files.list(daemon.home().resolve("vm-use"))) {
            Path file = files.findFirst().orElseThrow();
            Files.writeString(file, Files.readString(file).replaceFirst("^.*", "1970-01-01T00:00:00Z"));
        }
        assertEquals(1, asmp.run("vm", "use").status(), "the number of a session is used again");
        done("vm", "use", vm);
        done("vm", "use", "--none");
        assertEquals(2, asmp.run("vm", "pause").status());
    }

    @Test
    void filesAreCopiedWithAllThatBelongsToThem() throws Exception {
        assumeTrue(TlsFront.isPossible(), "this machine has no /usr/sbin/sshd");
        logIn();
        String vm = done("vm", "create").split(" ", 2)[0];
        Path source = Files.createDirectories(folder.resolve("from/src"));
        Files.createDirectory(source.resolve("empty"));
        byte[] content = new byte[5 * 1024 * 1024];
        new Random(1).nextBytes(content);
        Files.write(source.resolve("$(touch x) 'y'"), content);
        Files.writeString(source.resolve("tool"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(source.resolve("tool"), PosixFilePermissions.fromString("rwxr-x---"));
        Files.createSymbolicLink(source.resolve("link"), Path.of("no where"));
        done("vm", "cp", source.toString(), vm + ":/root/");
        String copy = done("vm", "branch", vm).split(" ", 2)[0];
        done("vm", "cp", vm + ":/root/src", copy + ":/tmp/renamed");
        done("vm", "cp", copy + ":/tmp/renamed", folder.resolve("back").toString());
        Path back = folder.resolve("back");
        assertEquals(-1, Files.mismatch(source.resolve("$(touch x) 'y'"), back.resolve("$(touch x) 'y'")));
        assertEquals("rwxr-x---", PosixFilePermissions.toString(Files.getPosixFilePermissions(back.resolve("tool"))));
        assertEquals(Path.of("no where"), Files.readSymbolicLink(back.resolve("link")));
        assertTrue(Files.isDirectory(back.resolve("empty")));
        assertEquals("#!/bin/sh\n", done("vm", "cat", vm, "/root/src/tool"));
        Asmp.Run missing = asmp.run("vm", "cp", vm + ":/none", folder.resolve("x").toString());
        assertTrue(missing.status() == 1 && missing.err().contains("there is no /none"), missing.err());
        Asmp.Run refused = asmp.run("vm", "cp", source.toString(), vm + ":/proc/none/x");
        assertEquals(1, refused.status(), "the other end reads nothing of a source longer than a pipe");
        front.cutAfter(1_000_000);
        Asmp.Run cut = asmp.run("vm", "cp", vm + ":/root/src", folder.resolve("cut").toString());
        assertEquals(1, cut.status(), cut.out());
        assertFalse(Files.exists(folder.resolve("cut")));
        try (var left = Files.list(folder)) {
            assertTrue(left.noneMatch(file -> file.getFileName().toString().startsWith(".asmp-cp")));
        }
        front.cutAfter(Long.MAX_VALUE);
        for (String id : fake.live()) {
            done("vm", "rm", id, "--yes");
        }
        assertEquals(List.of(), fake.live());
    }
}
