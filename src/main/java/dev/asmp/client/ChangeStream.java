package dev.asmp.client;

import dev.asmp.manifest.Environment;
import dev.asmp.wire.Request;
import dev.asmp.wire.ServerSentEvent;
import java.io.IOException;

/** A registry's change stream. It remembers the last event, so that reading again resumes there. */
public final class ChangeStream {
    /** A registry sends something every 15 s. */
    private static final int SILENCE_MILLIS = 40_000;

    private final Environment environment;
    private final String path;
    private final ServerSentEvent.Parser parser = new ServerSentEvent.Parser();

    /** Receives what happens on the stream. */
    public interface Reader {
        /** The registry answered: events follow. */
        void opened();

        void take(ServerSentEvent event);

        /** Tells, after each line, whether reading ends. */
        default boolean isDone() {
            return false;
        }
    }

    /** @param path of the events, with their filters */
    public ChangeStream(Environment environment, String path) {
        this.environment = environment;
        this.path = path;
    }

    /** Tells whether reading resumes after an event, so that none in between is missed. */
    public boolean resumes() {
        return parser.lastId() != null;
    }

    /** Reads from the registry that is configured now; an exception says that the stream ended, otherwise the reader is done. */
    public void read(Reader reader) throws IOException {
        Request request = Request.of("GET", path);
        String lastId = parser.lastId();
        parser.reset();
        new RegistryFinder(environment).client().stream(
                lastId == null ? request : request.with("Last-Event-ID", lastId), SILENCE_MILLIS, reader::opened,
                line -> {
                    ServerSentEvent event = parser.take(line);
                    if (event != null) {
                        reader.take(event);
                    }
                    return !reader.isDone();
                });
    }
}
