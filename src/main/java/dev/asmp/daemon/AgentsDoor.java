package dev.asmp.daemon;

import dev.asmp.http.ApiServer;
import dev.asmp.http.Guest;
import dev.asmp.mcp.Door;
import dev.asmp.mcp.HttpAnswer;
import dev.asmp.mcp.HttpRequest;
import dev.asmp.mcp.Mcp;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Lets agents in by MCP: their tools ask the API within this process, and their messages come over its server. */
record AgentsDoor(Supplier<ApiServer> api) implements Door {
    private static final byte[] NOTHING = new byte[0];

    @Override
    public Reply call(String method, String path, byte @Nullable [] json) {
        int query = path.indexOf('?');
        ApiServer.Reply reply = api.get().dispatch(method, query < 0 ? path : path.substring(0, query),
                query < 0 ? "" : path.substring(query + 1), json == null ? NOTHING : json);
        return new Reply(reply.status(), reply.body());
    }

    /** MCP as a guest of the server. */
    static Guest guest(Mcp mcp) {
        return (method, headers, body) -> {
            UnaryOperator<@Nullable String> anyCase = name -> name == null
                    ? null
                    : headers.apply(name.toLowerCase(Locale.ROOT));
            return switch (mcp.answer(new HttpRequest(method, anyCase, body))) {
                case HttpAnswer.Whole whole -> new Guest.Reply(whole.status(), whole.headers(), whole.body(), null);
                case HttpAnswer.Stream stream -> new Guest.Reply(200, Map.copyOf(stream.headers()), NOTHING,
                        stream.body()::writeTo);
            };
        };
    }
}
