package dev.asmp.mcp;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks a registry on behalf of one call: what it refuses becomes a failure that a model can act upon. */
final class RegistryCalls {
    private final RegistryApi door;
    private @Nullable String notice;

    RegistryCalls(RegistryApi door) {
        this.door = door;
    }

    /** What should be said about the answers that came, if anything. */
    @Nullable
    String notice() {
        return notice;
    }

    /** One part of a path, or a value in a query. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    Mapping get(String path) {
        return mapping(expect("GET", path, null));
    }

    /** The entries of a list that is answered, each handed over by itself, however many there are; counts them. */
    int getEach(String path, Consumer<Mapping> each) {
        return getEach(path, null, item -> {
            if (item instanceof Mapping mapping) {
                each.accept(mapping);
            }
        });
    }

    /** The items of a list under a key of the answer. */
    int getEach(String path, @Nullable String key, Consumer<Document> each) {
        try {
            return Json.readItems(expect("GET", path, null).body(), key, each);
        } catch (MalformedDocumentException e) {
            throw unexpected(e);
        }
    }

    Mapping post(String path, @Nullable Document body) {
        return mapping(expect("POST", path, body));
    }

    /** The reply as it is, whatever its status. */
    RegistryApi.Reply call(String method, String path, @Nullable Document body) {
        try {
            RegistryApi.Reply reply = door.call(method, path, body == null ? null : Json.write(body));
            notice = reply.notice() == null ? notice : reply.notice();
            return reply;
        } catch (RegistryApi.Unreachable e) {
            throw new ToolFailure(String.valueOf(e.getMessage()));
        }
    }

    private RegistryApi.Reply expect(String method, String path, @Nullable Document body) {
        RegistryApi.Reply reply = call(method, path, body);
        if (reply.status() >= 400) {
            throw new Refusal(reply.status(), error(reply));
        }
        return reply;
    }

    /** The sentence with which a registry refuses. */
    static String error(RegistryApi.Reply reply) {
        try {
            String error = Json.read(reply.body()) instanceof Mapping mapping ? mapping.text("error") : null;
            return error == null
                    ? "the registry answered with status " + reply.status()
                    : String.valueOf(TextSanitizer.line(error, 2_000));
        } catch (MalformedDocumentException _) {
            return "the registry answered with status " + reply.status();
        }
    }

    static Mapping mapping(RegistryApi.Reply reply) {
        try {
            if (Json.read(reply.body()) instanceof Mapping mapping) {
                return mapping;
            }
        } catch (MalformedDocumentException e) {
            throw unexpected(e);
        }
        throw new ToolFailure("the registry's answer is not what was expected; is it an ASMP registry?");
    }

    private static ToolFailure unexpected(MalformedDocumentException e) {
        return new ToolFailure("the registry's answer cannot be read: " + e.getMessage());
    }

    /** The registry said no; whoever asked may know what to do about it. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;

        Refusal(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }
}
