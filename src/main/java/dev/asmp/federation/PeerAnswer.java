package dev.asmp.federation;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Limits;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.IndexKeys;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A peer's list of services, read item by item. What is no valid entry, is another host's, or has the name of one before is
 * left out and counted; a list that is too long, or no list, is refused as a whole.
 */
final class PeerAnswer {
    static final int MOST_ENTRIES = 10_000;
    private static final int TOLD = 20;

    private final String id;
    private final RemoteHost before;
    private final ByteBudget budget;
    private final SortedMap<String, RemoteEntry> entries = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private int untold;
    private int items;
    private long taken;

    /** The list cannot be used. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    private static final class TooMany extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * @param id the host_id that the peer gave
     * @param before what is known of it
     * @param budget the memory for the entries of all peers
     */
    PeerAnswer(String id, RemoteHost before, ByteBudget budget) {
        this.id = id;
        this.before = before;
        this.budget = budget;
    }

    /** Reads the list, or the one under a key. Unless it is refused, the entries hold their memory until they are released. */
    PeerAnswer read(byte[] body, @Nullable String key) throws Refused {
        try {
            Json.readItems(body, key, this::take);
        } catch (TooMany _) {
            releaseNew();
            throw new Refused("it lists more than " + MOST_ENTRIES + " services; none of them was taken");
        } catch (MalformedDocumentException e) {
            releaseNew();
            throw new Refused("its list of services cannot be read: " + Printable.of(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            releaseNew();
            throw e;
        }
        return this;
    }

    private void take(Document item) {
        if (++items > MOST_ENTRIES) {
            throw new TooMany();
        }
        if (!(item instanceof Mapping mapping)) {
            problem("item " + items, "is no entry but " + item.kindName());
            return;
        }
        String name = mapping.text("name") == null ? "item " + items : Printable.quoted(mapping.text("name"));
        String host = mapping.text(IndexKeys.HOST);
        String status = mapping.text(IndexKeys.STATUS);
        if (!id.equals(host)) {
            problem(name, host == null ? "says no host" : "is of another host, " + Printable.quoted(host));
        } else if ("federate".equals(mapping.text(IndexKeys.SYNC))) {
            problem(name, "was pulled from another host");
        } else if (status != null && !status.equals("registered") && !status.equals("stale")) {
            problem(name, "is " + Printable.quoted(status));
        } else {
            add(name, mapping);
        }
    }

    private void add(String name, Mapping item) {
        try {
            RemoteEntry entry = RemoteEntry.of(item, before.host(), before.peer().address());
            String key = entry.plainName().toLowerCase(Locale.ROOT);
            RemoteEntry known = before.entries().get(key);
            if (entries.containsKey(key)) {
                problem(name, "is listed twice");
            } else if (entry.length() > Limits.ENTRY_BYTES) {
                problem(name, "is too large");
            } else if (known != null && known.saysTheSameAs(entry)) {
                entries.put(key, known);
            } else if (budget.tryTake(entry.heapBytes())) {
                taken += entry.heapBytes();
                entries.put(key, entry);
            } else {
                problem(name, "does not fit the memory for other hosts' services");
            }
        } catch (InvalidDocumentException e) {
            problem(name, Printable.of(String.valueOf(e.getMessage())));
        }
    }

    private void problem(String name, String what) {
        if (problems.size() < TOLD) {
            String line = name + " " + what;
            problems.add(line.length() > 300 ? line.substring(0, 300) + "…" : line);
        } else {
            untold++;
        }
    }

    private void releaseNew() {
        budget.release(taken);
        taken = 0;
    }

    SortedMap<String, RemoteEntry> entries() {
        return entries;
    }

    /** What was left out, the first ones each with its reason. */
    List<String> problems() {
        if (untold == 0) {
            return problems;
        }
        List<String> all = new ArrayList<>(problems);
        all.add(untold + " more were left out");
        return all;
    }
}
