package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.OwnerClient;
import dev.asmp.client.RegistryException;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Environment;
import dev.asmp.wire.Request;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the daemons keep beside the VMs of a fleet: records of VMs that they made, agents, commits, operations under way. Only the
 * owner's own registry gives and takes them, and only where the fleet is asked there, so that those of one fleet do not get into
 * another.
 */
final class MovedRecords {
    private static final String KEY = "key";
    private static final int MOST = 200;
    private static final int BYTES = 500_000;

    private MovedRecords() {}

    /** Tells whether the commands about VMs ask the registry of this state folder. */
    static boolean areHere(CommandContext session) {
        Environment environment = session.environment();
        OwnerClient owner = new OwnerClient(environment);
        if (!owner.isHere()) {
            return false;
        }
        if (!VmOptions.fleet(environment).isConfigured()) {
            return true;
        }
        try {
            String own = port(owner.url());
            return Stream.of(VmOptions.fleet(environment).shown().split(",", -1)).map(String::strip)
                    .anyMatch(url -> own.equals(port(url)));
        } catch (RegistryException | IllegalArgumentException _) {
            return false;
        }
    }

    /** The port of an address on this machine; a text that is none for others. */
    private static String port(String url) {
        URI uri = URI.create(url);
        return List.of("127.0.0.1", "localhost", "[::1]").contains(String.valueOf(uri.getHost()))
                ? Integer.toString(uri.getPort())
                : url;
    }

    /** Tells whether a line of an export is a record. */
    static boolean isRecord(Mapping line) {
        return line.text(KEY) != null && line.get("facts") instanceof Mapping;
    }

    static List<Document> read(CommandContext session) {
        List<Document> records = new ArrayList<>();
        String after = null;
        do {
            byte[] page = new OwnerClient(session.environment()).ask(Request.of("GET", "/fleet/records"
                    + (after == null ? "" : "?after=" + UrlEncoding.encode(after))));
            Json.readItems(page, "records", records::add);
            after = Json.readTrusted(page) instanceof Mapping answer ? answer.text("next") : null;
        } while (after != null);
        return records;
    }

    /** Adds records; returns how many were not there. */
    static int write(CommandContext session, List<Mapping> records) {
        int added = 0;
        List<Document> part = new ArrayList<>();
        int bytes = 0;
        for (int i = 0; i < records.size(); i++) {
            part.add(records.get(i));
            bytes += Json.write(records.get(i)).length;
            if (part.size() == MOST || bytes > BYTES || i == records.size() - 1) {
                byte[] answer = new OwnerClient(session.environment()).ask(Request.json("POST", "/fleet/records",
                        Json.write(Mapping.builder().put("records", new Sequence(part)).build())));
                added += Integer.parseInt(ServiceTable.or(JsonReader.mapping(answer).text("added"), "0"));
                part.clear();
                bytes = 0;
            }
        }
        return added;
    }

    /** A number of records, in words. */
    static String counted(int count) {
        return count + (count == 1 ? " record" : " records") + " of VMs, agents and commits";
    }
}
