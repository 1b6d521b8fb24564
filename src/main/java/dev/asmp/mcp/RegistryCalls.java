package dev.asmp.mcp;

import dev.asmp.client.RegistryApi;
import dev.asmp.client.RegistryException;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.SecretMask;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The requests of one call to a registry; an error of the registry becomes a failure that a model can act upon. */
final class RegistryCalls {
    private final RegistryApi registry;
    private @Nullable String notice;

    RegistryCalls(RegistryApi registry) {
        this.registry = registry;
    }

    /** A remark of the registry for the caller; null without one. */
    @Nullable
    String notice() {
        return notice;
    }

    Mapping get(String path) {
        return mapping(expect("GET", path, null));
    }

    /**
     * A list that was passed on.
     *
     * @param next the path of the next page; null where the list is whole or its last page
     */
    record Listed(int count, @Nullable String next) {
        boolean hasNext() {
            return next != null;
        }
    }

    /** Passes on the mappings of a list one by one, so that a long list is never in memory as a whole. */
    Listed getEach(String path, Consumer<Mapping> each) {
        return getEach(path, null, item -> {
            if (item instanceof Mapping mapping) {
                each.accept(mapping);
            }
        });
    }

    /** Passes on the items of the list under a key of the answer. */
    Listed getEach(String path, @Nullable String key, Consumer<Document> each) {
        try {
            Reply reply = expect("GET", path, null);
            return new Listed(Json.readItems(reply.body(), key, each), reply.nextPage());
        } catch (MalformedDocumentException e) {
            throw unexpected(e);
        }
    }

    Mapping post(String path, @Nullable Document body) {
        return mapping(expect("POST", path, body));
    }

    /** Sends a request; the reply may have any status. */
    Reply call(String method, String path, @Nullable Document body) {
        try {
            Reply reply = registry.call(Request.json(method, path, body == null ? null : Json.write(body)));
            String remark = TextSanitizer.line(reply.header(Mcp.NOTICE), 1_000);
            notice = remark == null ? notice : remark;
            return reply;
        } catch (RegistryException e) {
            throw new ToolFailure(String.valueOf(TextSanitizer.line(e.getMessage(), 2_000)));
        }
    }

    private Reply expect(String method, String path, @Nullable Document body) {
        Reply reply = call(method, path, body);
        if (reply.status() >= 400) {
            throw new Refusal(reply.status(), error(reply), problem(reply));
        }
        return reply;
    }

    /** The message of an error, for a model. */
    String error(Reply reply) {
        return String.valueOf(TextSanitizer.line(registry.error(reply), 2_000));
    }

    /** The problem with the manifest of the requested name; null where the reply has none. */
    static @Nullable String problem(Reply reply) {
        try {
            return Json.read(reply.body()) instanceof Mapping mapping
                    ? TextSanitizer.line(mapping.text("problem"), 500)
                    : null;
        } catch (MalformedDocumentException _) {
            return null;
        }
    }

    static Mapping mapping(Reply reply) {
        try {
            if (Json.read(reply.body()) instanceof Mapping mapping) {
                return SecretMask.masked(mapping); // what a model reads may be written down anywhere
            }
        } catch (MalformedDocumentException e) {
            throw unexpected(e);
        }
        throw new ToolFailure("the registry's answer is not what was expected; is it an ASMP registry?");
    }

    private static ToolFailure unexpected(MalformedDocumentException e) {
        return new ToolFailure("the registry's answer cannot be read: " + e.getMessage());
    }

    /** The registry refused a request; a tool may know from the status what to do about it. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final @Nullable String problem;

        Refusal(int status, String message, @Nullable String problem) {
            super(message);
            this.status = status;
            this.problem = problem;
        }

        int status() {
            return status;
        }

        @Nullable
        String problem() {
            return problem;
        }
    }
}
