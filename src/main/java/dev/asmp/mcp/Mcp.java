package dev.asmp.mcp;

import dev.asmp.manifest.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Model Context Protocol, for agents. This is its only entrance, and light: what is behind it is loaded when the first
 * message comes, so that a daemon nobody asks this way pays nothing for it.
 *
 * <pre>
 *   HTTP → HttpEndpoint ─┐                      ┌─ Tools, Resources, Introduction → Door → the registry
 *                        ├─ Methods (answers) ──┤
 *   stdin → StdioServer ─┘                      └─ Changes → Listener (notices)
 * </pre>
 */
public final class Mcp implements AutoCloseable {
    private final RegistryApi registry;
    private final Environment environment;
    private final String version;
    private final Consumer<String> log;
    private volatile @Nullable Works works;

    /** What is loaded at the first message. */
    private static final class Works {
        final ChangeBroadcast changes = new ChangeBroadcast();
        final Methods methods;
        final HttpEndpoint http;

        Works(Mcp mcp) {
            methods = new Methods(mcp.registry, new FleetApi(mcp.environment, mcp.registry), mcp.version, mcp.log);
            http = new HttpEndpoint(methods, changes);
        }
    }

    /** Stands before a registry; the log is told of defects only. */
    public Mcp(RegistryApi registry, Environment environment, String version, Consumer<String> log) {
        this.registry = registry;
        this.environment = environment;
        this.version = version;
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

    /** Answers an HTTP request, whose sender was found to be allowed to ask. */
    public HttpAnswer answer(HttpRequest request) {
        return works().http.answer(request);
    }

    /** Serves one client over standard input and output until the input ends; nothing but protocol is written. */
    public void serve(InputStream in, OutputStream out) throws IOException, InterruptedException {
        Works ready = works();
        new StdioServer(ready.methods, ready.changes, out).serve(in);
    }

    /** Introduces this machine in less than a kilobyte: what the prompt says, for whoever passes text to a model himself. */
    public String introduction() {
        return Introduction.text(registry);
    }

    /** Tells whoever watches it that a service has changed. */
    public void changed(String service) {
        Works ready = works;
        if (ready != null) {
            ready.changes.updated(Resources.uri(service));
        }
    }

    /** Tells whoever watches it that the host's profile has changed. */
    public void hostChanged() {
        Works ready = works;
        if (ready != null) {
            ready.changes.updated(Resources.HOST);
        }
    }

    /** Tells everybody that services have come or gone. */
    public void listChanged() {
        Works ready = works;
        if (ready != null) {
            ready.changes.listChanged();
        }
    }

    /** Ends all streams; whoever reads them is told. */
    @Override
    public void close() {
        Works ready = works;
        if (ready != null) {
            ready.changes.close();
        }
    }
}
