package dev.asmp.vers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asmp.manifest.Environment;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands and files in VMs of the fake API, by both ways. */
@NullUnmarked
class VmTransportTest {
    @TempDir
    private Path folder;
    private FakeVersApi fake;
    private TlsFront front;
    private VersApi api;
    private VmTransports transport;
    private String vm;

    @BeforeEach
    void begin() throws Exception {
        fake = new FakeVersApi(folder.resolve("vers"));
        front = new TlsFront(folder.resolve("front"), fake);
    }

    @AfterEach
    void end() throws IOException {
        transport.close();
        front.close();
        fake.close();
    }

    private void by(String way) {
        assumeTrue(way.equals("api") || TlsFront.isPossible(), "this machine has no /usr/sbin/sshd");
        VersSettings settings = settings(Map.of());
        api = new VersApi(settings, () -> FakeVersApi.KEY);
        transport = VmTransports.of(settings, api, folder.resolve("state"), way, Duration.ofSeconds(2));
        vm = api.createRoot(new VersApi.Root(null, null, null, null, Map.of()), false);
    }

    private VersSettings settings(Map<String, String> more) {
        Map<String, String> variables = new HashMap<>(Map.of("HOME", folder.toString(), "VERS_BASE_URL",
                fake.url(), "ASMP_VERS_VM_DOMAIN", front.domain(), "VERS_CA_FILE", front.authority().toString(),
                "ASMP_VERS_SSH_USER", System.getProperty("user.name")));
        variables.putAll(more);
        return VersSettings.of(new Environment(variables, FileSystems.getDefault()));
    }

    private Outcome outcome(String script) {
        return transport.exec(vm, Exec.script(script).within(Duration.ofSeconds(10))).outcome();
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "ssh"})
    void exitCodesSignalsAndOutputsAreTheCommandsOwn(String way) {
        by(way);
        for (int code : List.of(0, 7, 255)) {
            assertEquals(new Outcome.Exited(code), outcome("exit " + code));
        }
        if (way.equals("ssh")) {
            assertEquals(new Outcome.Signalled("KILL"), outcome("kill -9 $$"));
            assertEquals(new Outcome.Signalled("TERM"), outcome("kill $$"));
        }
        VmTransport.Result result = transport.exec(vm, new Exec(List.of("sh", "-c",
                "echo \"$1|$V|$(pwd)\"; echo wrong >&2; cat", "sh", "$(touch x) 'y'"), Map.of("V", "a'b\n$c"), "/tmp",
                Duration.ofSeconds(5)));
        assertEquals("$(touch x) 'y'|a'b\n$c|/tmp\n", new String(result.stdout(), UTF_8));
        assertEquals("wrong\n", new String(result.stderr(), UTF_8));
        assertEquals("typed", new String(transport.exec(vm, Exec.of("cat").with(Map.of("V", "w")),
                new ByteArrayInputStream("typed".getBytes(UTF_8))).stdout(), UTF_8));
        assertEquals(new Outcome.Exited(127), transport.exec(vm, Exec.of("no-such-program")).outcome());
        assertTrue(front.wrongNames().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "ssh"})
    void aLimitEndsTheWholeGroupOfProcesses(String way) throws IOException {
        by(way);
        Duration limit = Duration.ofMillis(500);
        Outcome outcome = transport.exec(vm, Exec.script("sleep 97 & sleep 98; echo never").within(limit)).outcome();
        assertEquals(new Outcome.TimedOut(limit), outcome);
        String left = new String(transport.exec(vm, Exec.script("ps -eo args | grep '^sleep 9[78]' || true")).stdout(),
                UTF_8);
        assertEquals("", left);
        VmTransport.Running running = transport.start(vm, Exec.of("sleep", "99"), null, OutputStream.nullOutputStream(),
                OutputStream.nullOutputStream());
        running.abort();
        assertEquals(new Outcome.Aborted(), running.await());
        assertEquals("", new String(transport.exec(vm, Exec.script("ps -eo args | grep '^sleep 99' || true")).stdout(),
                UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "ssh"})
    void filesAreBinaryAndTheirNamesAreNotRun(String way) throws IOException {
        by(way);
        byte[] content = new byte[1024 * 1024];
        new Random(1).nextBytes(content);
        String path = "/tmp/new folder/$(touch x)`y`'z";
        transport.put(vm, path, content, 0750);
        assertArrayEquals(content, transport.get(vm, path, content.length));
        assertEquals("rwxr-x---", PosixFilePermissions.toString(
                Files.getPosixFilePermissions(fake.vm(vm).box().file(path))));
        transport.put(vm, path, new byte[0], 0600);
        assertEquals(0, transport.get(vm, path, 10).length);
        transport.put(vm, path, new byte[]{1, 2}, 0600);
        assertThrows(IOException.class, () -> transport.get(vm, path, 1));
        assertThrows(IOException.class, () -> transport.get(vm, "/no/such", 1));
    }

    @Test
    void aStreamThatBreaksGoesOnAfterItsLastLine() {
        by("api");
        fake.exec().cutStreamsAfter(3);
        VmTransport.Result result = transport.exec(vm,
                Exec.script("for i in 1 2 3 4 5 6; do echo $i; sleep 0.03; done; exit 3"));
        assertEquals("1\n2\n3\n4\n5\n6\n", new String(result.stdout(), UTF_8));
        assertEquals(new Outcome.Exited(3), result.outcome());
    }

    @Test
    void aVmWithoutTheApisHelperIsReachedOverSsh() {
        by("both");
        fake.exec().isMissing();
        assertEquals(new Outcome.Exited(7), outcome("exit 7"));
        assertEquals(new Outcome.Exited(8), outcome("exit 8"));
        assertEquals(1, fake.calls().stream().filter(call -> call.endsWith("/exec/stream")).count());
        assertEquals(1, front.connections());
    }

    @Test
    void aRefusedKeyIsAskedForAgainOnce() {
        by("ssh");
        front.rejectKeys(1);
        assertEquals(new Outcome.Exited(0), outcome("true"));
        transport.close(vm);
        front.rejectKeys(2);
        assertInstanceOf(Outcome.TransportFailed.class, outcome("true"));
        assertEquals(4, fake.calls().stream().filter(call -> call.endsWith("/ssh_key")).count());
    }

    @Test
    void anotherHostKeyAnotherNameAndSilenceAreFailuresOfTheWay() throws IOException {
        by("ssh");
        assertEquals(new Outcome.Exited(0), outcome("true"));
        front.changeHostKey();
        front.dropAll();
        Outcome changed = outcome("true");
        assertTrue(changed.shown().contains("host key"), changed.shown());
        front.fallSilent(true);
        try (VmTransports hasty = VmTransports.of(settings(Map.of()), api, folder.resolve("state"), "ssh",
                Duration.ofMillis(500))) {
            assertInstanceOf(Outcome.TransportFailed.class, hasty.exec(vm, Exec.of("true")).outcome());
        }
        VersSettings strict = VersSettings.of(new Environment(Map.of("HOME", folder.toString(), "VERS_BASE_URL",
                fake.url(), "ASMP_VERS_VM_DOMAIN", front.domain()), FileSystems.getDefault()));
        assertThrows(IOException.class, () -> VmSocket.open(vm, strict));
        VmSocket.open(vm, settings(Map.of("ASMP_VERS_TLS_VERIFY", "off", "VERS_CA_FILE", "/none"))).close();
    }

    @Test
    void aBranchMayHaveItsParentsHostKeyOrOneOfItsOwn() {
        by("ssh");
        assertEquals(new Outcome.Exited(0), outcome("true"));
        String parent = vm;
        vm = api.branch(parent, 1).getFirst();
        assertEquals(new Outcome.Exited(0), outcome("true"));
        vm = api.branch(parent, 1).getFirst();
        front.changeHostKey();
        assertEquals(new Outcome.Exited(0), outcome("true"));
    }

    @Test
    void aVmHasOneSessionWhateverRunsAtTheSameTime() throws InterruptedException {
        by("ssh");
        List<Outcome> outcomes = Collections.synchronizedList(new ArrayList<>());
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                callers.execute(() -> outcomes.add(outcome("true")));
            }
        }
        assertEquals(Collections.nCopies(20, new Outcome.Exited(0)), outcomes);
        assertEquals(1, front.connections());
    }

    @Test
    void aConnectionThatDropsIsNoExitCodeAndIsMadeAgain() throws IOException {
        by("ssh");
        assertEquals(new Outcome.Exited(0), outcome("true"));
        VmTransport.Running running = transport.start(vm, Exec.of("sleep", "5"), null, OutputStream.nullOutputStream(),
                OutputStream.nullOutputStream());
        front.dropAll();
        assertInstanceOf(Outcome.TransportFailed.class, running.await());
        assertEquals(new Outcome.Exited(0), outcome("true"));
        front.cutAfter(100_000);
        transport.close(vm);
        VmTransport.Result cut = transport.exec(vm, Exec.of("head", "-c", "1000000", "/dev/urandom"));
        assertInstanceOf(Outcome.TransportFailed.class, cut.outcome());
        assertFalse(cut.outcome().isSuccess());
    }

    @Test
    void outputKeepsItsEndAndSaysSo() {
        VmTransport.Tail tail = new VmTransport.Tail(10);
        for (int i = 0; i < 100; i++) {
            tail.write(Integer.toString(i % 10).getBytes(UTF_8), 0, 1);
        }
        assertEquals("0123456789", new String(tail.bytes(), UTF_8));
        assertTrue(tail.isTruncated());
        transport = VmTransports.of(settings(Map.of()), new VersApi(settings(Map.of()), () -> null),
                folder.resolve("state"), null);
    }
}
