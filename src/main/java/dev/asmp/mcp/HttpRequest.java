package dev.asmp.mcp;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One HTTP request: its method, the first value of a header by its name in any case (null for none), and its body. */
public record HttpRequest(String method, UnaryOperator<@Nullable String> headers, byte[] body) {
    /** The first value of a header; null where there is none. */
    public @Nullable String header(String name) {
        return headers.apply(name);
    }
}
