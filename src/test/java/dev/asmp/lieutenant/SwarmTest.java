package dev.asmp.lieutenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.TestClock;
import dev.asmp.Until;
import dev.asmp.document.ByteBudget;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.store.RefusedException;
import dev.asmp.vers.VmBox;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers and lieutenants on VMs. Each test ends with the number of VMs that are left. */
class SwarmTest {
    private static final Path FAKE = Path.of("src/test/resources/agent/fake-pi").toAbsolutePath();
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path folder;
    private final TestClock clock = TestClock.somewhen();
    private final MemoryRecords records = new MemoryRecords();
    private FakeVms vms;
    private Agents agents;

    @BeforeEach
    void open() throws IOException {
        Assumptions.assumeTrue(VmBox.isIsolated() && Files.isExecutable(Path.of("/usr/bin/python3")));
        vms = new FakeVms(folder.resolve("vms"), FAKE);
        Files.writeString(folder.resolve("AGENTS.md"), "Be brief.\n");
        agents = started(records);
    }

    private Agents started(LieutenantRecords of) {
        Agents started = new Agents(folder.resolve("agents"), of, vms,
                new Environment(Map.of("PATH", "/usr/bin:/bin", "PI_CODING_AGENT_DIR", folder.toString()),
                        FileSystems.getDefault()),
                clock,
                new ByteBudget(30 * Agents.BYTES), _ -> {});
        started.open(() -> {});
        return started;
    }

    @AfterEach
    void close() {
        if (agents != null) {
            agents.close();
            vms.close();
        }
    }

    private static Mapping body(String... labels) {
        return Mapping.builder().put("labels", Sequence.ofTexts(List.of(labels))).put("commit", "golden")
                .put("model", "some").put("context", "The parser is in src/parser.")
                .put("command", Sequence.ofTexts(List.of("/usr/bin/python3", "/root/pi")))
                .put("env", Mapping.builder().put("LLM_PROXY_KEY", "sk-'secret'").build()).build();
    }

    private Map<String, Mapping> spawn(String... labels) throws InterruptedException {
        agents.swarm().spawn(body(labels));
        Map<String, Mapping> all = new TreeMap<>();
        agents.swarm().awaitStarts(LONG).list("agents")
                .forEach(agent -> all.put(String.valueOf(((Mapping) agent).text("name")), (Mapping) agent));
        return all;
    }

    private ManagedAgent agent(String name) {
        return Objects.requireNonNull(agents.find(name));
    }

    private TaskResult done(String name, String task) {
        return Objects.requireNonNull(agent(name).tasks().result(task));
    }

    private String task(String name, String text) {
        return String.valueOf(agents.swarm().task(name, text).text("taskId"));
    }

    @Test
    void aSwarmWorksAndIsTornDown() throws Exception {
        Map<String, Mapping> workers = spawn("a", "b", "c");
        assertEquals(3, vms.live());
        String vm = String.valueOf(Objects.requireNonNull(workers.get("a")).text("vm"));
        String one = task("a", "env VERS_VM_ID");
        String two = task("b", "env LLM_PROXY_KEY");
        Mapping done = agents.swarm().await(List.of(one, two, "nothing"), LONG);
        assertEquals("false", done.text("timedOut"), "the third worker has no task and holds up nothing");
        assertEquals(List.of("nothing"), done.texts("unknown"));
        assertEquals(vm, done("a", one).text());
        assertEquals("sk-'secret'", done("b", two).text());
        String profile = Files.readString(vms.file(vm, "/etc/profile.d/asmp-agent.sh"));
        assertTrue(profile.contains("export VERS_INFRA_URL='https://registry.test:7701'"), profile);
        assertFalse(profile.contains("secret"));
        assertEquals("rw-------", PosixFilePermissions
                .toString(Files.getPosixFilePermissions(vms.file(vm, "/etc/asmp/agent.env"))));
        assertTrue(Files.readString(vms.file(vm, "/root/.pi/agent/AGENTS.md")).endsWith("""
                Be brief.

                ## Context from parent

                The parser is in src/parser.
                """));
        String slow = task("c", "wait 30");
        assertThrows(RefusedException.class, () -> task("c", "more"));
        assertEquals(List.of(slow), agents.swarm().await(List.of(), Duration.ofMillis(50)).texts("pending"));
        assertThrows(RefusedException.class, () -> agents.swarm().spawn(body("d", "a")), "no name twice");
        assertThrows(RefusedException.class, () -> agents.swarm().spawn(body().with("count",
                Scalar.number(18))));
        assertThrows(InvalidDocumentException.class,
                () -> agents.swarm().spawn(Mapping.builder().put("count", 0).build()));
        vms.away = true;
        assertEquals(3, agents.swarm().tearDown(List.of()).list("kept").size(), "a VM that may run is not forgotten");
        assertEquals(3, records.load().size());
        vms.away = false;
        assertEquals(List.of("a", "b", "c"), agents.swarm().tearDown(List.of()).texts("removed"));
        assertEquals(List.of(), records.load());
        assertEquals(0, vms.live());
    }

    @Test
    void aStepThatFailsIsNamedAndLeavesNoVm() throws Exception {
        String[] steps = {"create_vm", "wait_vm", "end_leftovers", "write_identity", "copy_agents_md", "write_files",
                "start_agent", "wait_ready", "set_model", "validate", "works"};
        Map<String, Mapping> workers = spawn(steps);
        assertEquals("idle", Objects.requireNonNull(workers.remove("works")).text("status"));
        workers.forEach((name, worker) -> {
            assertEquals("error", worker.text("status"), worker::toString);
            assertEquals(name, worker.text("step"));
            assertTrue(String.valueOf(worker.text("error")).endsWith("this one fails"), worker::toString);
        });
        assertEquals(List.of("works"), records.load().stream().map(record -> record.text("name")).toList());
        assertEquals(1, vms.live());
        assertEquals(11, agents.swarm().tearDown(List.of()).list("removed").size());
        assertEquals(List.of(), records.load());
        assertEquals(0, vms.live());
    }

    @Test
    void ofManySpawnsWithOneNameOneStarts() throws Exception {
        List<String> refused = Collections.synchronizedList(new ArrayList<>());
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                callers.execute(() -> {
                    try {
                        agents.create(AgentRequest.worker(body("same"), "same"));
                    } catch (RefusedException e) {
                        refused.add(e.getMessage());
                    }
                });
            }
        }
        assertEquals(Collections.nCopies(7, "there is an agent 'same' already"), refused);
        assertEquals(1, agents.swarm().awaitStarts(LONG).list("agents").size());
        assertEquals(1, vms.live());
        agents.swarm().tearDown(List.of());
        assertEquals(0, vms.live());
    }

    @Test
    void whatTheImageBroughtAlongIsEnded() throws Exception {
        vms.leftover = true;
        Mapping docs = lieutenant();
        assertEquals("idle", docs.text("status"), docs::toString);
        assertFalse(vms.leftoverLives(), "an agent of the image speaks as the one it was copied from");
        assertTrue(Files.notExists(vms.file(String.valueOf(docs.text("vm")), "/tmp/pi-rpc")));
        agents.lieutenants().remove("docs");
        assertEquals(0, vms.live());
    }

    @Test
    void aVmThatWasMadeAndNotRecordedWithItsAgentGoesWithTheUnfinishedStart() throws Exception {
        Mapping docs = lieutenant();
        agents.close();
        records.save(records.load().getFirst().without(List.of("vm")).with("status", Scalar.text("starting")));
        agents = started(records);
        Until.holds(() -> records.load().isEmpty(), docs::toString);
        assertEquals(0, vms.live());
    }

    private Mapping lieutenant() {
        agents.lieutenants().create(AgentRequest.lieutenant(body().without(List.of("labels")).with("name",
                Scalar.text("docs"))));
        ManagedAgent docs = agent("docs");
        Until.holds(() -> !"starting".equals(docs.view().text("status")), () -> docs.view().toString());
        return docs.view();
    }

    @Test
    void aLieutenantOnAVmOutlivesThisProcessAndEveryOutage() throws Exception {
        Mapping born = lieutenant();
        assertEquals("idle", born.text("status"), born::toString);
        ManagedAgent docs = agent("docs");
        agents.lieutenants().pause("docs");
        assertEquals("paused", docs.view().text("status"));
        assertThrows(RefusedException.class, () -> agents.lieutenants().send("docs", "hello", false));
        agents.close();
        agents = started(records);
        assertEquals("paused", agent("docs").view().text("status"));
        assertEquals("idle", agents.lieutenants().resume("docs").text("status"));
        agents.close();
        vms.away = true;
        agents = started(records);
        Until.holds(() -> "unreachable".equals(agent("docs").view().text("status")), () -> "unreachable");
        assertEquals(1, records.load().size());
        agents.close();
        vms.away = false;
        agents = started(new MemoryRecords());
        assertEquals(List.of("docs"), agents.lieutenants().discover().texts("found"));
        Until.holds(() -> "idle".equals(agent("docs").view().text("status")), () -> "found");
        String task = String.valueOf(agents.lieutenants().send("docs", "hello", false).text("taskId"));
        Until.holds(() -> agent("docs").tasks().result(task) != null, () -> "done");
        vms.delete(String.valueOf(agent("docs").view().text("vm")));
        Until.holds(() -> "lost".equals(agent("docs").view().text("status")),
                () -> agent("docs").view().toString());
        agents.lieutenants().remove("docs");
        assertEquals(0, vms.live());
    }
}
