package dev.asmp.mcp;

import dev.asmp.client.ChangeStream;
import dev.asmp.client.FleetClient;
import dev.asmp.client.JsonReader;
import dev.asmp.client.OwnerClient;
import dev.asmp.client.RegistryApi;
import dev.asmp.client.RegistryException;
import dev.asmp.document.ByteBudget;
import dev.asmp.manifest.Environment;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import dev.asmp.wire.ServerSentEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Model Context Protocol, for agents. The other classes of this package are loaded with the first message, so that a daemon
 * without MCP clients does not pay for them.
 *
 * <pre>
 *   HTTP → HttpEndpoint ─┐                      ┌─ Tools, Resources, Introduction → RegistryApi → the registry
 *                        ├─ Methods (answers) ──┤
 *   stdin → StdioServer ─┘                      └─ ChangeBroadcast → NotificationQueue (notices)
 * </pre>
 */
public final class Mcp implements AutoCloseable {
    /** The header of a reply with a remark that a tool passes on to its caller. */
    public static final String NOTICE = "X-Asmp-Notice";
    private static final long PAUSE_MILLIS = 2_000;

    private final RegistryApi registry;
    private final Environment environment;
    private final String version;
    private final ByteBudget memory;
    private final Consumer<String> log;
    private volatile @Nullable Works works;
    /** Over standard input the client is a process of the same user with the same environment. */
    private volatile boolean servesItsUser;

    /** The objects that are created at the first message. */
    private static final class Works {
        final ChangeBroadcast changes;
        final Methods methods;
        final HttpEndpoint http;

        Works(Mcp mcp) {
            changes = new ChangeBroadcast(mcp.memory);
            methods = new Methods(mcp.registry, new FleetClient(mcp.environment, mcp.registry), mcp.version, mcp.log,
                    mcp.servesItsUser ? mcp.environment::variable : null, () -> new OwnerClient(mcp.environment));
            http = new HttpEndpoint(methods, changes);
        }
    }

    /**
     * Creates the tools of a registry.
     *
     * @param memory for sessions and subscriptions
     * @param log receives defects only
     */
    public Mcp(RegistryApi registry, Environment environment, String version, ByteBudget memory, Consumer<String> log) {
        this.registry = registry;
        this.environment = environment;
        this.version = version;
        this.memory = memory;
        this.log = log;
    }

    private Works works() {
        Works ready = works;
        if (ready == null) {
            synchronized (this) {
                ready = works;
                if (ready == null) {
                    ready = new Works(this);
                    works = ready;
                }
            }
        }
        return ready;
    }

    /**
     * Answers an HTTP request that passed the access rules of the server.
     *
     * @param isOwner whether the owner of this machine asks, with whose tokens the tools then act
     */
    public Reply answer(Request request, boolean isOwner) {
        return works().http.answer(request, isOwner);
    }

    /** Checks a list of groups of tools; {@link IllegalArgumentException} says which there are. */
    public static void checkTools(String groups) {
        ToolGroup.asked(groups);
    }

    /**
     * Serves one client over standard input and output until the input ends; nothing but protocol is written.
     *
     * @param groups the groups of tools to list, such as {@code services,vms}; null for what the machine has
     */
    public void serve(InputStream in, OutputStream out, @Nullable String groups)
            throws IOException, InterruptedException {
        servesItsUser = true;
        Works ready = works();
        new StdioServer(ready.methods, ready.changes, groups == null ? null : ToolGroup.asked(groups), out).serve(in);
    }

    /**
     * Passes on the changes of a registry elsewhere, for as long as this process lives; a registry that is away is tried again.
     * After a start without a place in the stream, everything may have changed.
     */
    public void follow(ChangeStream stream) {
        try {
            while (true) {
                try {
                    stream.read(new ChangeListener(this, stream));
                } catch (IOException | RegistryException _) {
                    // No registry, or one without a change stream: perhaps later.
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Turns events of the change stream into notices. */
    private record ChangeListener(Mcp mcp, ChangeStream stream) implements ChangeStream.Reader {
        /** The events that change the list of services; after a reset anything may have happened. */
        private static final Set<String> LIST_CHANGES = Set.of("registered", "removed", "reset");

        @Override
        public void opened() {
            if (!stream.resumes()) {
                mcp.listChanged();
            }
        }

        @Override
        public void take(ServerSentEvent event) {
            if (event.kind().equals("host")) {
                mcp.hostChanged();
                return;
            }
            String name = JsonReader.mapping(event.data()).text("name");
            if (name != null) {
                mcp.changed(name);
            }
            if (LIST_CHANGES.contains(event.kind())) {
                mcp.listChanged();
            }
        }
    }

    /** Notifies the watchers of a service. */
    public void changed(String service) {
        Works ready = works;
        if (ready != null) {
            ready.changes.updated(Resources.uri(service));
        }
    }

    /** Notifies the watchers of everything: any of it may have changed. */
    public void allChanged() {
        Works ready = works;
        if (ready != null) {
            ready.changes.allUpdated();
            ready.changes.listChanged();
        }
    }

    /** Notifies the watchers of the host's profile. */
    public void hostChanged() {
        Works ready = works;
        if (ready != null) {
            ready.changes.updated(Resources.HOST);
        }
    }

    /** Notifies all listeners that services were added or removed. */
    public void listChanged() {
        Works ready = works;
        if (ready != null) {
            ready.changes.listChanged();
        }
    }

    /** Ends all streams, with a last message where the protocol has one. */
    @Override
    public void close() {
        Works ready = works;
        if (ready != null) {
            ready.changes.close();
        }
    }
}
