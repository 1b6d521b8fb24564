package dev.asmp.cli;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.mcp.RegistryApi;
import dev.asmp.registry.RefusedException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The registry over HTTP, looked for anew at each call, so that one that comes back is found by itself. While none answers,
 * notes are taken all the same, as {@code asmp todo} takes them.
 */
final class RegistryAccess implements RegistryApi {
    private static final String OFFLINE = "No registry is running on this machine: ";

    private final Environment environment;

    RegistryAccess(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Reply call(String method, String path, byte @Nullable [] json) {
        try {
            RegistryClient.Reply reply = RegistryFinder.of(environment)
                    .call(RegistryClient.Request.of(method, path, json, json == null ? null : "application/json"));
            return new Reply(reply.status(), reply.body());
        } catch (RegistryFinder.NoRegistry e) {
            return offline(method, path, json, String.valueOf(e.getMessage()));
        } catch (CommandFailure e) {
            throw new Unreachable(String.valueOf(e.getMessage()));
        }
    }

    private Reply offline(String method, String path, byte @Nullable [] json, String reason) {
        LocalNotes notes = new LocalNotes(environment);
        try {
            if (method.equals("POST") && path.equals("/discoveries") && json != null) {
                return new Reply(201, Json.write(notes.add(Json.read(json))),
                        OFFLINE + "the note was written to " + notes.file() + ", where the registry will find it.");
            }
            if (method.equals("GET") && path.equals("/discoveries")) {
                return new Reply(200, Json.write(notes.all()),
                        OFFLINE + "these are all notes, also of what was registered meanwhile.");
            }
        } catch (InvalidDocumentException | MalformedDocumentException e) {
            return new Reply(400, error(e));
        } catch (RefusedException | IOException e) {
            return new Reply(503, error(e));
        }
        throw new Unreachable(OFFLINE + reason + ". Until then only service_todo and service_todos work; the next call"
                + " after it has started is answered.");
    }

    private static byte[] error(Exception e) {
        Document error = Mapping.builder().put("error", String.valueOf(e.getMessage())).build();
        return Json.write(error);
    }
}
