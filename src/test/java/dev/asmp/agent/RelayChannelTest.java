package dev.asmp.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Until;
import dev.asmp.document.Mapping;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The channel to a real process that does not do what it should. */
class RelayChannelTest implements AgentChannel.Listener {
    private static final Path FAKE = Path.of("src/test/resources/agent/fake-pi").toAbsolutePath();
    private static final Mapping STATE = Mapping.builder().put("type", "get_state").build();
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    private Path folder;
    private final List<String> happened = new CopyOnWriteArrayList<>();
    private AgentFolder place;
    private volatile boolean failing;
    private @Nullable RelayChannel attached;

    @BeforeEach
    void look() {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "there is no python3 here");
        place = new AgentFolder(new LocalHost(Map.of("PATH", "/usr/bin:/bin")),
                folder.resolve("it's an agent").toString());
    }

    private void start(String modes) throws Exception {
        place.prepare(List.of("/usr/bin/python3", FAKE.toString()), place.path() + "/workspace",
                Map.of("FAKE_PI", modes));
        place.start();
        attach(ReadPosition.START);
    }

    private void attach(ReadPosition from) {
        RelayChannel next = new RelayChannel("test", place, from, this, _ -> 10);
        attached = next;
        next.begin();
        Until.holds(() -> happened.contains("connected"), happened::toString);
    }

    @AfterEach
    void end() throws Exception {
        if (attached != null) {
            attached.detach();
        }
        place.kill();
    }

    private RelayChannel channel() {
        return Objects.requireNonNull(attached);
    }

    @Override
    public void connected() {
        happened.add("connected");
    }

    @Override
    public void heard(AgentMessage message) {
        if (failing) {
            failing = false;
            throw new IllegalStateException("planted");
        }
        happened.add(message.type());
    }

    @Override
    public void unreachable(String why) {
        happened.add("unreachable");
    }

    @Override
    public void ended(String why) {
        happened.add("ended: " + why);
    }

    private static String failure(CompletableFuture<Mapping> answer) {
        return String.valueOf(Objects.requireNonNull(assertThrows(CompletionException.class, answer::join).getCause())
                .getMessage());
    }

    @Test
    void anAgentThatDoesNotReadHoldsUpItsOwnCommandsOnly() throws Exception {
        start("deaf");
        Mapping large = Mapping.builder().put("type", "prompt").put("message", "x".repeat(200_000)).build();
        CompletableFuture<Mapping> stuck = channel().send(large, Duration.ofMillis(300));
        CompletableFuture<Mapping> behind = channel().send(STATE, Duration.ofMillis(300));
        assertEquals("the agent did not answer 'prompt' within 0 s", failure(stuck));
        assertTrue(failure(behind).contains("did not answer"));
        assertTrue(place.state().alive());
    }

    @Test
    void aListenerThatFailsOnceHearsWhatComesAfterIt() throws Exception {
        start("");
        failing = true;
        var _ = channel().send(Mapping.builder().put("type", "prompt").put("message", "hello").build(), LONG);
        Until.holds(() -> happened.contains("agent_settled"), happened::toString);
        assertTrue(happened.contains("unreachable"), happened::toString);
    }

    @Test
    void pendingCommandsFailWhenTheAgentEnds() throws Exception {
        start("mute");
        CompletableFuture<Mapping> never = channel().send(STATE, LONG);
        place.kill();
        assertTrue(failure(never).startsWith("the agent has ended"), happened::toString);
        Until.holds(() -> happened.stream().anyMatch(one -> one.startsWith("ended")), happened::toString);
        assertTrue(failure(channel().send(STATE, LONG)).contains("cannot be reached"));
    }

    @Test
    void eachCommandGetsItsOwnAnswerAndALargeOneArrivesWhole() throws Exception {
        start("");
        List<CompletableFuture<Mapping>> answers = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(channel().send(STATE, LONG));
        }
        answers.forEach(answer -> assertEquals("s", answer.join().text("sessionId")));
        String text = "\u2028 ü ".repeat(20_000);
        channel().send(Mapping.builder().put("type", "prompt").put("message", text).build(), LONG).join();
        Until.holds(() -> happened.contains("agent_settled"), happened::toString);
        ReadPosition read = channel().position();
        assertEquals(Files.size(Path.of(place.path(), "out")), read.offset());
        channel().detach();
        happened.clear();
        attach(read);
        channel().send(STATE, LONG).join();
        assertEquals(List.of("connected"), happened, "nothing is read twice");
        channel().rotate(1);
        assertEquals(0, channel().position().offset());
        channel().send(Mapping.builder().put("type", "prompt").put("message", "again").build(), LONG).join();
        Until.holds(() -> happened.contains("agent_settled"), happened::toString);
        assertEquals(Files.size(Path.of(place.path(), "out")), channel().position().offset());
    }
}
