package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.OwnerClient;
import dev.asmp.client.RegistryException;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The calls of the commands for agents, as the owner, and what they print in the same way. */
final class AgentCalls {
    private static final long PAUSE = 300_000_000L;
    /** How long a registry that was started may take until it is attached to the agent. */
    private static final long AFTER_START = 20_000_000_000L;

    private final OwnerClient client;
    private final CommandContext session;
    private final String base;

    private AgentCalls(CommandContext session, String base) {
        this.base = base;
        this.client = new OwnerClient(session.environment());
        this.session = session;
    }

    static AgentCalls lieutenants(CommandContext session) {
        return new AgentCalls(session, "/lieutenants");
    }

    static AgentCalls workers(CommandContext session) {
        return new AgentCalls(session, "/swarm/agents");
    }

    String path(String name, String rest) {
        return base + "/" + UrlEncoding.encode(name) + rest;
    }

    byte[] bytes(String method, String path, @Nullable Mapping body) {
        return client.ask(Request.json(method, path, body == null ? null : Json.write(body)));
    }

    Mapping call(String method, String path, @Nullable Mapping body) {
        return JsonReader.mapping(bytes(method, path, body));
    }

    /** Waits until an agent is started, and prints each step; a start that fails is the command's failure. */
    Mapping awaitStart(String path) {
        Mapping agent = call("GET", path, null);
        while ("starting".equals(agent.text("status"))) {
            String step = agent.text("step");
            if (step != null && !session.json()) {
                session.err().println("  " + Terminal.clean(step));
                session.err().flush();
            }
            agent = call("GET", path + "?wait=30s" + (step == null ? "" : "&seen=" + UrlEncoding.encode(step)), null);
        }
        if ("error".equals(agent.text("status"))) {
            throw new CommandFailure(agent.text("name") + " was not started: " + agent.text("error"));
        }
        return agent;
    }

    /**
     * Prints what an agent writes for its task as it writes it, and returns the last answer, with all the text. It goes on where
     * it was after a restart of the registry.
     */
    Mapping follow(String name, @Nullable String task) {
        String asked = task;
        String next = "0";
        StringBuilder all = new StringBuilder();
        while (true) {
            String path = path(name, "/read?wait=30s&from=" + next
                    + (asked == null ? "" : "&task=" + UrlEncoding.encode(asked)));
            Mapping read = asked == null ? call("GET", path, null) : again(path);
            String text = ServiceTable.or(read.text("text"), "");
            if (session.json()) {
                all.append(text);
            } else if (!text.isEmpty()) {
                session.out().print(Terminal.cleanLines(text));
                session.out().flush();
            }
            next = ServiceTable.or(read.text("next"), "0");
            asked = read.text("taskId") == null ? asked : read.text("taskId");
            if ("true".equals(read.text("done")) || session.out().checkError()) {
                return read.with("text", Scalar.text(all.toString()));
            }
        }
    }

    /** Asks until the registry answers. Right after its start it may not know the agent yet, or not hold it. */
    private Mapping again(String path) {
        long patience = 0;
        boolean told = false;
        while (true) {
            try {
                Reply reply = client.call(Request.json("GET", path, null));
                if (!reply.isError()) {
                    if (told) {
                        session.err().println("[the registry is back]");
                    }
                    return JsonReader.mapping(reply.body());
                }
                patience = patience == 0 ? System.nanoTime() + AFTER_START : patience;
                boolean mayPass = reply.status() == 503 || (told && reply.status() == 404);
                if (!mayPass || System.nanoTime() - patience > 0) {
                    throw new CommandFailure(client.error(reply));
                }
            } catch (RegistryException e) {
                patience = 0;
                if (!told) {
                    session.err().println(Terminal.clean("[" + e.getMessage() + "; waiting for it]"));
                    session.err().flush();
                }
                told = true;
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    /** The end of a task in a line. */
    static String outcome(Mapping result) {
        Mapping tokens = result.mapping("tokens");
        String error = result.text("error");
        return result.text("outcome") + (error == null ? "" : ": " + error) + " (" + tokens.text("total") + " tokens, $"
                + result.text("cost") + ")";
    }

    /** The program for an agent of this machine: as the user's environment names it, with its whole path. */
    static @Nullable String program(CommandContext session) {
        for (String name : new String[]{"PI_PATH", "PUNKIN_BIN"}) {
            String named = session.environment().variable(name);
            if (named != null) {
                return named;
            }
        }
        String path = session.environment().variable("PATH");
        for (String folder : path == null ? new String[0] : path.split(":", -1)) {
            Path program = Path.of(folder.isEmpty() ? "." : folder, "pi").toAbsolutePath();
            if (Files.isExecutable(program)) {
                return program.toString();
            }
        }
        return null;
    }
}
