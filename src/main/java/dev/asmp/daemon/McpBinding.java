package dev.asmp.daemon;

import dev.asmp.http.ApiServer;
import dev.asmp.http.MountedHandler;
import dev.asmp.mcp.HttpAnswer;
import dev.asmp.mcp.HttpRequest;
import dev.asmp.mcp.Mcp;
import dev.asmp.mcp.RegistryApi;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Lets agents in by MCP: their tools ask the API within this process, and their messages come over its server. */
record McpBinding(Supplier<ApiServer> api) implements RegistryApi {
    private static final byte[] NOTHING = new byte[0];

    @Override
    public Reply call(String method, String path, byte @Nullable [] json) {
        int query = path.indexOf('?');
        ApiServer.Reply reply = api.get().dispatch(method, query < 0 ? path : path.substring(0, query),
                query < 0 ? "" : path.substring(query + 1), json == null ? NOTHING : json);
        return new Reply(reply.status(), reply.body());
    }

    /** MCP as a guest of the server. */
    static MountedHandler guest(Mcp mcp) {
        return (method, headers, body) -> {
            UnaryOperator<@Nullable String> anyCase = name -> name == null
                    ? null
                    : headers.apply(name.toLowerCase(Locale.ROOT));
            return switch (mcp.answer(new HttpRequest(method, anyCase, body))) {
                case HttpAnswer.Whole whole ->
                    new MountedHandler.Reply(whole.status(), whole.headers(), whole.body(), null);
                case HttpAnswer.Stream stream -> new MountedHandler.Reply(200, Map.copyOf(stream.headers()), NOTHING,
                        stream.body()::writeTo);
            };
        };
    }
}
