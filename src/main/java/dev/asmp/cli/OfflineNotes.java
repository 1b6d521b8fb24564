package dev.asmp.cli;

import dev.asmp.client.RegistryApi;
import dev.asmp.client.RegistryException;
import dev.asmp.client.RegistryFinder;
import dev.asmp.document.Document;
import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.mcp.Mcp;
import dev.asmp.registry.Discoveries;
import dev.asmp.store.RefusedException;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.io.IOException;

/**
 * The registry as MCP's tools over standard input ask it. While no registry answers, notes are read from and written to the
 * file that {@code asmp todo} uses then.
 */
final class OfflineNotes implements RegistryApi {
    private static final String PATH = "/discoveries";
    private static final String AFTER = "?after=";
    private static final int PAGE = 1_000;
    private static final String OFFLINE = "No registry is running on this machine: ";

    private final Environment environment;

    OfflineNotes(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Reply call(Request request) {
        try {
            return RegistryFinder.lasting(environment).call(request);
        } catch (RegistryException.Unreachable e) {
            return offline(request, String.valueOf(e.getMessage()));
        }
    }

    private Reply offline(Request request, String reason) {
        LocalNotes notes = new LocalNotes(environment);
        try {
            if (request.method().equals("POST") && request.path().equals(PATH)) {
                return Reply.of(201, notes.add(Json.read(request.body()))).with(Mcp.NOTICE,
                        OFFLINE + "the note was written to " + notes.file() + ", where the registry will find it.");
            }
            if (request.method().equals("GET") && request.path().startsWith(PATH)) {
                return page(notes, request.path().substring(PATH.length())).with(Mcp.NOTICE,
                        OFFLINE + "these are all notes, also those of services that were registered meanwhile.");
            }
        } catch (InvalidDocumentException | MalformedDocumentException e) {
            return Reply.error(400, String.valueOf(e.getMessage()));
        } catch (RefusedException e) {
            return Reply.error(503, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Reply.error(503, "the note cannot be written: " + IoReason.sentence(e));
        }
        throw new RegistryException.Unreachable(
                OFFLINE + reason + ". Until then only service_todo and service_todos work; the next call"
                        + " after it has started is answered.");
    }

    private static Reply page(LocalNotes notes, String query) {
        long after = query.startsWith(AFTER) ? Long.parseLong(query.substring(AFTER.length())) : 0;
        Discoveries.Page page = notes.page(after, PAGE);
        Reply reply = Reply.of(200, Mapping.builder().put("discoveries",
                new Sequence(page.notes().stream().<Document>map(Discoveries.Note::document).toList())).build());
        return page.hasMore()
                ? reply.with("Link", "<" + PATH + AFTER + page.notes().getLast().place() + ">; rel=\"next\"")
                : reply;
    }
}
