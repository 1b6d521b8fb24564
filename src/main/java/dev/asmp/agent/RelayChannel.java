package dev.asmp.agent;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A channel over the files of an agent's folder. One thread reads, and attaches again when the connection is lost; another one
 * writes, so that an agent that does not read holds up its own commands only.
 */
public final class RelayChannel implements AgentChannel {
    private static final int CHUNK = 64 * 1024;
    private static final int MOST_WAITING = 256;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(3);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
    private static final byte[] LINE_END = {'\n'};

    private final String name;
    private final AgentFolder folder;
    private final Listener listener;
    private final LongUnaryOperator jitter;
    /** Sets the ids of this process apart from those of one before it. */
    private final String run = Long.toString(ThreadLocalRandom.current().nextLong() >>> 1, 36);
    private final Map<String, CompletableFuture<Mapping>> pending = new ConcurrentHashMap<>();
    private final BlockingQueue<byte[]> outgoing = new LinkedBlockingQueue<>();
    private final CountDownLatch detached = new CountDownLatch(1);
    private volatile ReadPosition position;
    private volatile AgentHost.@Nullable Link link;
    private volatile boolean connected;
    private final AtomicLong foreign = new AtomicLong();
    private final AtomicLong commands = new AtomicLong();

    public RelayChannel(String name, AgentFolder folder, ReadPosition from, Listener listener) {
        this(name, folder, from, listener, millis -> millis + ThreadLocalRandom.current().nextLong(millis / 4 + 1));
    }

    RelayChannel(String name, AgentFolder folder, ReadPosition from, Listener listener, LongUnaryOperator jitter) {
        this.name = name;
        this.folder = folder;
        this.position = from;
        this.listener = listener;
        this.jitter = jitter;
    }

    /** Begins to attach; the listener is told when it is. */
    public void begin() {
        Thread.ofPlatform().daemon().name("asmp-agent-" + name).start(this::read);
        Thread.ofPlatform().daemon().name("asmp-agent-" + name + "-in").start(this::write);
    }

    /** Tells whether commands reach the agent now. */
    public boolean isConnected() {
        return connected;
    }

    private boolean isDetached() {
        return detached.getCount() == 0;
    }

    private void read() {
        long pause = FIRST_PAUSE.toMillis();
        try {
            while (!isDetached()) {
                String why = "the connection was lost";
                try {
                    if (readUntilLost()) {
                        pause = FIRST_PAUSE.toMillis();
                    }
                    AgentFolder.State state = isDetached() ? new AgentFolder.State(true, "") : folder.state();
                    if (!state.alive()) {
                        end(state.why());
                        return;
                    }
                } catch (IOException | RuntimeException e) { // a listener that fails must not end the reading for ever
                    why = String.valueOf(e.getMessage());
                }
                failPending("the connection to the agent was lost; whether it got the command is not known");
                tell(why);
                if (detached.await(jitter.applyAsLong(pause), TimeUnit.MILLISECONDS)) {
                    return;
                }
                pause = Math.min(2 * pause, LONGEST_PAUSE.toMillis());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            failPending("the agent is no longer attached");
        }
    }

    /** Tells the listener, which may fail, as when its store is away; that must not end the attempts. */
    private void tell(String why) {
        try {
            if (!isDetached()) {
                listener.unreachable(why);
            }
        } catch (RuntimeException _) {
            // It is told again after the next attempt, or that the agent is reached.
        }
    }

    private void end(String why) {
        failPending("the agent has ended: " + why);
        listener.ended(why); // where that fails, the end is found again after a pause
        detached.countDown();
        outgoing.add(LINE_END);
    }

    /** Attaches and reads to the end of the connection; tells whether it was established. */
    private boolean readUntilLost() throws IOException {
        try (AgentHost.Link attached = folder.attach(position)) {
            link = attached;
            InputStream in = attached.in();
            String[] head = firstLine(in).split(" ", -1);
            if (head.length != 3 || !head[0].equals("relay") || !head[2].matches("[0-9]{1,18}")) {
                return false;
            }
            position = new ReadPosition(head[1], Long.parseLong(head[2]));
            outgoing.clear();
            outgoing.add(LINE_END); // ends what a process before this one may have begun
            connected = true;
            if (!isDetached()) {
                listener.connected();
            }
            LineSplitter lines = new LineSplitter();
            byte[] chunk = new byte[CHUNK];
            for (int n = in.read(chunk); n >= 0 && !isDetached(); n = in.read(chunk)) {
                lines.take(chunk, n, this::take);
            }
            return true;
        } catch (IOException e) {
            if (!connected) {
                throw e;
            }
            return true;
        } finally {
            connected = false;
            link = null;
        }
    }

    private static String firstLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n' && line.size() < 200; b = in.read()) {
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private void take(byte[] line, boolean whole, long consumed) {
        if (isDetached()) {
            return; // not handled: the next channel reads it again
        }
        AgentMessage message = AgentMessage.of(line, whole);
        ReadPosition at = position;
        position = new ReadPosition(at.inode(), at.offset() + consumed);
        if (message == null) {
            foreign.addAndGet(line.length == 0 ? 0 : 1);
        } else if (message.isResponse()) {
            answer(message);
        } else {
            answerQuestion(message);
            listener.heard(message);
        }
    }

    private void answer(AgentMessage response) {
        String id = response.body().text("id");
        CompletableFuture<Mapping> waiting = id == null ? null : pending.remove(id);
        if (waiting == null) {
            if (id != null && "prompt".equals(response.body().text("command"))) {
                listener.heard(response); // a second one: it failed later; or the first one to a process before this
            }
        } else if (response.isTrue("success")) {
            waiting.complete(response.body().mapping("data"));
        } else {
            waiting.completeExceptionally(new AgentException(response.error()));
        }
    }

    /** Cancels what an extension asks a person: an agent without a terminal would wait for ever. */
    private void answerQuestion(AgentMessage message) {
        String id = message.body().text("id");
        if (!message.type().equals("extension_ui_request") || id == null) {
            return;
        }
        switch (String.valueOf(message.body().text("method"))) {
            case "select", "confirm", "input", "editor" -> outgoing.add(line(Mapping.builder()
                    .put("type", "extension_ui_response").put("id", id).put("cancelled", Scalar.bool(true)).build()));
            default -> {
                // A notice that wants no answer.
            }
        }
    }

    @Override
    public CompletableFuture<Mapping> send(Mapping command, Duration limit) {
        if (!connected) {
            return CompletableFuture.failedFuture(new AgentException("the agent cannot be reached now"));
        }
        if (outgoing.size() >= MOST_WAITING) {
            return CompletableFuture.failedFuture(new AgentException("the agent does not read its commands"));
        }
        String id = run + "-" + commands.incrementAndGet();
        CompletableFuture<Mapping> answer = new CompletableFuture<>();
        pending.put(id, answer);
        outgoing.add(line(Mapping.builder().put("id", id).putAll(command).build()));
        if (isDetached() || !connected) {
            failPending("the connection to the agent was lost");
        }
        return answer.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).exceptionallyCompose(e -> {
            pending.remove(id);
            return CompletableFuture.failedFuture(e instanceof TimeoutException
                    ? new AgentException("the agent did not answer '" + command.text("type") + "' within "
                            + limit.toSeconds() + " s")
                    : e);
        });
    }

    /** Some agents split lines at U+2028 and U+2029, too, so these are escaped. */
    private static byte[] line(Mapping command) {
        String json = new String(Json.write(command), StandardCharsets.UTF_8).replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
        return (json + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private void write() {
        try {
            while (!isDetached()) {
                byte[] next = outgoing.take();
                AgentHost.Link to = link;
                if (to != null) {
                    try {
                        to.out().write(next);
                        to.out().flush();
                    } catch (IOException _) {
                        to.close(); // the reader notices, and attaches again
                    }
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void failPending(String why) {
        pending.values().removeIf(waiting -> {
            waiting.completeExceptionally(new AgentException(why));
            return true;
        });
    }

    /** Empties the agent's output file if all of it was handled and it has grown beyond a size. The agent must be idle. */
    public void rotate(long beyond) throws IOException {
        ReadPosition at = position;
        if (at.offset() > beyond && folder.rotate(at.offset())) {
            position = new ReadPosition(at.inode(), 0);
        }
    }

    @Override
    public ReadPosition position() {
        return position;
    }

    @Override
    public long foreignLines() {
        return foreign.get();
    }

    @Override
    public void detach() {
        detached.countDown();
        AgentHost.Link attached = link;
        if (attached != null) {
            attached.close();
        }
        outgoing.add(LINE_END); // wakes the writer
    }
}
