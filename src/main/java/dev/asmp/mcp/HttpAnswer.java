package dev.asmp.mcp;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** What goes back over HTTP: all at once, or as it happens. */
public sealed interface HttpAnswer {
    /** The headers, beside those that every answer has. */
    Map<String, String> headers();

    /** A status and a body that is complete. */
    record Whole(int status, Map<String, String> headers, byte[] body) implements HttpAnswer {
        public Whole {
            headers = Map.copyOf(headers);
        }
    }

    /** Status 200 and a body that is written as things happen, each time flushed. */
    record Stream(Map<String, String> headers, Body body) implements HttpAnswer {
        public Stream {
            headers = Map.copyOf(headers);
        }
    }

    /** Writes until there is nothing more to expect; an {@code IOException} of the output, that nobody reads any more, ends it. */
    @FunctionalInterface
    interface Body {
        void writeTo(OutputStream out) throws IOException, InterruptedException;
    }
}
