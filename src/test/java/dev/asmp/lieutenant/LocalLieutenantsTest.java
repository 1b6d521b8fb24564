package dev.asmp.lieutenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.TestClock;
import dev.asmp.Until;
import dev.asmp.document.ByteBudget;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Environment;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lieutenants on this machine: real processes of the fake agent. Another set of agents stands for a daemon that starts again. */
class LocalLieutenantsTest {
    private static final Path FAKE = Path.of("src/test/resources/agent/fake-pi").toAbsolutePath();
    private static String python = "";

    @TempDir
    private Path folder;
    private final TestClock clock = TestClock.somewhen();
    private final MemoryRecords records = new MemoryRecords();
    private Agents agents;

    @BeforeAll
    static void findPython() {
        python = Stream.of("/usr/bin/python3", "/usr/local/bin/python3")
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst().orElse("");
        Assumptions.assumeFalse(python.isEmpty(), "there is no python3 here");
    }

    @BeforeEach
    void open() {
        agents = started();
    }

    private Agents started() {
        Agents started = new Agents(folder.resolve("agents"), records, null, new Environment(
                Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "HOME", folder.toString()), FileSystems.getDefault()),
                clock, new ByteBudget(3 * Agents.BYTES), _ -> {});
        started.open(() -> {});
        return started;
    }

    @AfterEach
    void endAll() {
        for (AgentRecord record : records.load().stream().map(AgentRecord::of).toList()) {
            agents.lieutenants().remove(record.identity().name());
        }
        agents.close();
    }

    private Mapping create(String name, String modes, String... more) throws InterruptedException {
        Mapping.Builder body = Mapping.builder().put("name", name).put("local", Scalar.bool(true))
                .put("command", Sequence.ofTexts(List.of(python, FAKE.toString())))
                .put("env", Mapping.builder().put("FAKE_PI", modes).put("SECRET", "it's \"$HOME\" `x`").build());
        for (int i = 0; i < more.length; i += 2) {
            body.put(more[i], more[i + 1]);
        }
        agents.lieutenants().create(AgentRequest.lieutenant(body.build()));
        Mapping view = view(name);
        while ("starting".equals(view.text("status"))) {
            view = agents.lieutenants().view(name, view.text("step"), Duration.ofSeconds(20));
        }
        return view;
    }

    private Mapping view(String name) throws InterruptedException {
        return agents.lieutenants().view(name, null, Duration.ZERO);
    }

    private String send(String message) {
        return String.valueOf(agents.lieutenants().send("docs", message, false).text("taskId"));
    }

    /** Lets time pass until the task is done, and answers its result. */
    private TaskResult result(String task) {
        ManagedAgent agent = Objects.requireNonNull(agents.find("docs"));
        Until.holds(() -> agent.tasks().result(task) != null, () -> {
            clock.advance(Duration.ofMillis(100));
            agents.tend();
        }, () -> agent.view().toString());
        return Objects.requireNonNull(agent.tasks().result(task));
    }

    private TaskResult ask(String message) {
        return result(send(message));
    }

    private void restart() throws InterruptedException {
        agents.close();
        agents = started();
        Until.holds(() -> !"unreachable".equals(view("docs").text("status")), () -> "attached");
    }

    private Path agentFolder() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("agents"))) {
            return all.findFirst().orElseThrow();
        }
    }

    @Test
    void whateverAnAgentWritesItsTaskEndsAsItSays() throws Exception {
        assertEquals("idle", create("docs", "").text("status"));
        TaskResult first = ask("hello");
        assertEquals("echo: hello", first.text());
        assertEquals("succeeded", first.document().text("outcome"));
        assertEquals("0.0125", first.document().text("cost"));
        assertEquals("one\u2028two\u2029three", ask("u2028").text());
        assertEquals("grün ü ü", ask("split").text());
        assertEquals("after the retry", ask("retry").text());
        assertEquals("cancelled", ask("ask").text());
        assertEquals("echo: noise x", ask("noise x").text());
        assertEquals("4", view("docs").text("foreignLines"));
        TaskResult huge = ask("huge");
        assertTrue(huge.isCut());
        assertTrue(huge.text().endsWith("hhh…"));
        assertEquals("No API key found", ask("late-error").error());
        assertEquals("no credit", ask("fail").error());
        assertEquals("it's \"$HOME\" `x`", ask("env SECRET").text());
        assertEquals("docs", ask("env ASMP_AGENT_NAME").text());
        assertEquals(11, agents.lieutenants().history("docs").list("results").size());
        secretsAreInAFileOfTheOwnerOnly();
        abortingCancelsTheTask();
    }

    private void secretsAreInAFileOfTheOwnerOnly() throws IOException {
        Path env = agentFolder().resolve("env");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(env)));
        assertFalse(new String(Json.write(records.load().getFirst()), StandardCharsets.UTF_8).contains("SECRET=it"));
        assertFalse(Files.readString(agentFolder().resolve("launch")).contains("SECRET"));
    }

    private void abortingCancelsTheTask() throws IOException {
        assertEquals("false", agents.lieutenants().abort("docs").text("aborted"));
        String task = send("wait 30");
        assertEquals("true", agents.lieutenants().abort("docs").text("aborted"));
        assertEquals("cancelled", result(task).document().text("outcome"));
        assertThrows(RefusedException.class, () -> agents.lieutenants().pause("docs"));
    }

    @Test
    void anOldAgentIsDoneAfterItsQueue() throws Exception {
        create("docs", "followup-queue,old-quadratic");
        String task = send("wait 1");
        assertEquals(task, send("and this"));
        assertEquals("echo: and this", result(task).text());
        assertEquals("waited\necho: and this", agents.lieutenants().read("docs", task, 0, Duration.ZERO).text("text"));
        restart();
        Mapping rest = agents.lieutenants().read("docs", task, 12, Duration.ZERO);
        assertEquals(" and this", rest.text("text"), "the end of all that it wrote, from where a reader was");
        assertEquals("21", rest.text("next"));
    }

    @Test
    void aDaemonThatStartsAgainGoesOnWhereTheOldOneWas() throws Exception {
        create("docs", "");
        ask("hello");
        String silent = send("silent");
        restart();
        assertEquals("working", view("docs").text("status"));
        clock.advance(Duration.ofMinutes(10));
        agents.tend();
        assertEquals("true", view("docs").text("stalled"));
        Files.writeString(agentFolder().resolve("workspace/go"), "");
        TaskResult result = result(silent);
        assertEquals("after the silence", result.text());
        assertNull(view("docs").text("stalled"));
        Files.delete(agentFolder().resolve("workspace/go"));
        String missed = send("silent");
        agents.close();
        Files.writeString(agentFolder().resolve("workspace/go"), "");
        Until.holds(() -> Files.readString(agentFolder().resolve("out")).split("after the").length > 2,
                () -> "written");
        agents = started();
        assertEquals("after the silence", result(missed).text());
        assertEquals(result.usage().output(), result(missed).usage().output(), "nothing is counted twice");
        assertEquals(3, agents.lieutenants().history("docs").list("results").size());
    }

    @Test
    void anAnswerOfBeforeTheEndOfATaskIsNotTakenForAnotherTask() throws Exception {
        create("docs", "stale-state");
        ask("hello");
        Path hold = Files.writeString(agentFolder().resolve("workspace/hold"), "");
        restart();
        Until.holds(() -> Files.notExists(hold), () -> "asked");
        assertEquals("echo: at once", ask("at once").text());
        Path out = agentFolder().resolve("out");
        Until.holds(() -> Files.readString(out).split("\"get_state\"").length > 3, () -> "asked again");
        ManagedAgent docs = Objects.requireNonNull(agents.find("docs"));
        Until.holds(() -> Files.size(out) == Objects.requireNonNull(docs.state().channel()).position().offset(),
                () -> "read");
        assertEquals("idle", view("docs").text("status"));
        assertEquals(2, agents.lieutenants().history("docs").list("results").size());
    }

    @Test
    void workThatWasNotAskedForHereEndsToo() throws Exception {
        create("docs", "");
        send("silent");
        Mapping record = records.load().getFirst();
        agents.close();
        records.save(record.without(List.of("task")).with("status", Scalar.text("idle")));
        agents = started();
        Until.holds(() -> "working".equals(view("docs").text("status")), () -> "found at work");
        String task = String.valueOf(view("docs").mapping("task").text("id"));
        Files.writeString(agentFolder().resolve("workspace/go"), "");
        assertEquals("after the silence", result(task).text());
        assertEquals("echo: next", ask("next").text());
    }

    @Test
    void anAnswerAndAnEndThatCannotBeSavedAtOnceAreSavedLater() throws Exception {
        create("docs", "");
        String task = send("silent");
        records.away = true;
        Files.writeString(agentFolder().resolve("workspace/go"), "");
        Path out = agentFolder().resolve("out");
        Until.holds(() -> Files.readString(out).contains("agent_settled"), () -> "written");
        ManagedAgent docs = Objects.requireNonNull(agents.find("docs"));
        Until.holds(() -> docs.tasks().watch() != null && docs.tasks().watch().isDone(), () -> "read");
        records.away = false;
        assertEquals("after the silence", result(task).text());
    }

    @Test
    void aMessageRightAfterAStartWaitsUntilTheAgentIsAttached() throws Exception {
        create("docs", "");
        for (int i = 0; i < 3; i++) {
            agents.close();
            agents = started();
            assertEquals("echo: hello " + i, ask("hello " + i).text());
        }
    }

    @Test
    void anAgentThatEndsIsAnErrorAndCanBeResumedInItsSession() throws Exception {
        create("docs", "");
        TaskResult crashed = ask("crash");
        assertEquals("lost", crashed.document().text("outcome"));
        assertEquals("so far", crashed.text());
        assertTrue(String.valueOf(view("docs").text("error")).contains("code 41: out of cheese"));
        assertThrows(RefusedException.class, () -> send("more"));
        restart();
        assertEquals("error", view("docs").text("status"), "kept, whatever happened");
        assertEquals("idle", agents.lieutenants().resume("docs").text("status"));
        assertEquals("echo: again", ask("again").text());
        assertTrue(Files.readString(agentFolder().resolve("out")).contains("sessions/session.jsonl"));
    }

    @Test
    void aFailedStartNamesItsStepAndLeavesNothing() throws Exception {
        Mapping exited = create("docs", "exit");
        assertEquals("wait_ready", exited.text("step"));
        assertTrue(String.valueOf(exited.text("error")).contains("code 3: cannot find the model"), exited::toString);
        assertEquals("set_model", create("docs", "", "model", "x/none").text("step"));
        Mapping noProgram = create("docs", "", "workspace", "/dev/null/x");
        assertEquals("error", noProgram.text("status"));
        assertEquals(List.of(), records.load());
        try (Stream<Path> left = Files.list(folder.resolve("agents"))) {
            assertEquals(0, left.count());
        }
        assertThrows(RefusedException.class, () -> agents.lieutenants().resume("docs"));
        assertEquals("idle", create("docs", "").text("status"), "the name is free");
    }

    @Test
    void theNumberOfAgentsTheirDepthAndTheirNamesAreLimited() throws Exception {
        create("docs", "");
        assertEquals(RefusedException.Reason.CONFLICT, refused("docs", "parent", "x"));
        create("b", "", "parent", "docs");
        create("c", "", "parent", "b");
        assertEquals(RefusedException.Reason.FORBIDDEN, refused("d", "parent", "c"));
        assertEquals(RefusedException.Reason.FULL, refused("d", "parent", "b"));
    }

    private RefusedException.Reason refused(String name, String... more) {
        return assertThrows(RefusedException.class, () -> create(name, "", more)).reason();
    }

    @Test
    void anAgentsChildrenEndWithIt() throws Exception {
        create("docs", "");
        long child = Long.parseLong(ask("child").text());
        assertTrue(ProcessHandle.of(child).isPresent());
        agents.lieutenants().remove("docs");
        Until.holds(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty(), () -> "ended");
    }

    @Test
    void aStartThatTheDaemonDidNotFinishIsUndoneByTheNextOne() throws Exception {
        create("docs", "");
        Mapping record = records.load().getFirst();
        agents.close();
        records.save(record.with("status", Scalar.text("starting")));
        agents = started();
        Until.holds(() -> records.load().isEmpty(), () -> "undone");
        Until.holds(() -> Files.notExists(folder.resolve("agents").resolve(String.valueOf(record.text("id")))),
                () -> "deleted");
    }

}
