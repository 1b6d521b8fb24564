package dev.asmp.client;

import dev.asmp.wire.ServerSentEvent;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** What the client reads of a connection, without one. */
public final class StreamReading {
    private StreamReading() {}

    /** The events of an answer up to where the connection ends or is no longer HTTP, each as text. */
    public static List<String> events(InputStream in) {
        List<String> events = new ArrayList<>();
        ServerSentEvent.Parser parser = new ServerSentEvent.Parser();
        try {
            new ReplyReader(in, 1 << 20).stream(() -> events.add("opened"), line -> {
                ServerSentEvent event = parser.take(line);
                if (event != null) {
                    events.add(event.id() + " " + event.kind() + " "
                            + new String(event.data(), java.nio.charset.StandardCharsets.UTF_8));
                }
                return true;
            });
        } catch (IOException | RegistryException _) {
            // Where a stream ends.
        }
        return events;
    }

    /** Reads an answer that is no stream; its body is within the limit. */
    public static int bodyLength(InputStream in, int limit) {
        try {
            return new ReplyReader(in, limit).reply().body().length;
        } catch (IOException _) {
            return -1;
        }
    }
}
