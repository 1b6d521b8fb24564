package dev.asmp.http;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.vm.VmStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What the daemons keep in a fleet's store beside the entries of VMs: agents, commits, operations under way, VMs that are not
 * registered. It moves with the fleet; it holds commands and addresses, so it is for the owner only.
 */
final class FleetRecordResource {
    private static final String KEY = "key";
    private static final String FACTS = "facts";
    private static final int PAGE = 500;
    private static final long PAGE_BYTES = 500_000;

    private final VmStore store;
    private final OwnerAuthorization owner;

    FleetRecordResource(VmStore store, OwnerAuthorization owner) {
        this.store = store;
        this.owner = owner;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/fleet/records", exchange -> {
            owner.require(exchange);
            return Answer.ok(page(exchange.query("after"))).fleeting();
        }, "after").add("POST", "/fleet/records", exchange -> {
            owner.require(exchange);
            return Answer.ok(added(exchange.json()));
        });
    }

    private Mapping page(@Nullable String after) {
        SortedMap<String, Mapping> all = store.kept("");
        List<Document> page = new ArrayList<>();
        long bytes = 0;
        for (Map.Entry<String, Mapping> one : (after == null ? all : all.tailMap(after + '\0')).entrySet()) {
            page.add(Mapping.builder().put(KEY, one.getKey()).put(FACTS, one.getValue()).build());
            bytes += Json.write(one.getValue()).length;
            if (page.size() == PAGE || bytes > PAGE_BYTES) {
                return Mapping.builder().put("records", new Sequence(page)).put("next", one.getKey()).build();
            }
        }
        return Mapping.builder().put("records", new Sequence(page)).build();
    }

    /** Adds records; one whose key is there stays as it is. */
    private Mapping added(Document body) {
        List<Document> records = body instanceof Mapping asked ? asked.list("records") : List.of();
        for (Document record : records) {
            if (!(record instanceof Mapping one) || one.text(KEY) == null || !(one.get(FACTS) instanceof Mapping)) {
                throw new InvalidDocumentException("records", "must be a list of objects with a key and facts");
            }
        }
        int added = 0;
        for (Document record : records) {
            String key = String.valueOf(((Mapping) record).text(KEY));
            if (!store.kept(key).containsKey(key)) {
                store.keep(key, ((Mapping) record).mapping(FACTS));
                added++;
            }
        }
        return Mapping.builder().put("added", added).put("kept", records.size() - added).build();
    }
}
