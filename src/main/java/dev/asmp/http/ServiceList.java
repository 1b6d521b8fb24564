package dev.asmp.http;

import dev.asmp.document.JsonSplice;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.ranking.Question;
import dev.asmp.ranking.Ranking;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Proposal;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The answer to {@code GET /services}: all entries or a page of them by name, or those that answer a question. */
final class ServiceList {
    static final String[] PARAMETERS = {"q", "explain", "section", "healthy", "kind", "status", "sync", "host", "limit",
            "after"};

    /** A longer list is written item by item and never held in memory. */
    private static final long LONG = 8L * 1024 * 1024;
    private static final int PIECE = 16 * 1024;
    private static final long REFERENCE = 32;

    private final Catalog catalog;
    private final LiveMembers live;
    private final List<Supplier<byte[]>> items = new ArrayList<>();
    private long length;
    private long longest;

    ServiceList(Catalog catalog, LiveMembers live) {
        this.catalog = catalog;
        this.live = live;
    }

    Answer answer(Exchange exchange) {
        Paging paging = Paging.of(exchange, Paging.ALL);
        Predicate<Entry> wanted = filter(exchange);
        String status = exchange.query("status");
        String query = exchange.query("q");
        Map<String, String> links = Map.of();
        if ("pending".equals(status) || "rejected".equals(status)) {
            List<Proposal> page = paging.page(catalog.proposals().stream()
                    .filter(proposal -> isAfter(proposal.name(), paging.after()) && wanted.test(proposal.entry())));
            links = add(page, paging, Proposal::name, proposal -> 2 * proposal.entry().length(), catalog::listed);
        } else if (query == null || query.isBlank()) {
            List<Entry> page = paging.page(entries(wanted).filter(entry -> isAfter(entry.name(), paging.after())));
            links = add(page, paging, Entry::name, Entry::length, this::json);
        } else if (paging.after() != null) {
            throw new HttpError(400, "after: pages are in the order of names, the answers to a question are not");
        } else {
            rank(query, entries(wanted).toList(), "true".equals(exchange.query("explain")), paging.limit());
        }
        if (length > LONG) {
            return Answer.pieces(out -> write(new BufferedOutputStream(out, PIECE)), held()).with(links);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream((int) length + 16);
        try {
            write(out);
        } catch (IOException e) {
            throw new AssertionError("memory takes all", e);
        }
        return Answer.ok(out.toByteArray()).orInPieces(client -> write(new BufferedOutputStream(client, PIECE)), held())
                .with(links);
    }

    private void write(OutputStream out) throws IOException {
        out.write('[');
        boolean first = true;
        for (Supplier<byte[]> item : items) {
            if (!first) {
                out.write(',');
            }
            out.write(item.get());
            first = false;
        }
        out.write(']');
        out.flush();
    }

    /** Adds a page; one whose items are long ends before its limit. Returns the headers that lead to the next one. */
    private <T> Map<String, String> add(List<T> page, Paging paging, Function<T, String> key, ToLongFunction<T> bytes,
            Function<T, byte[]> json) {
        @Nullable
        T last = null;
        for (T item : paging.shown(page)) {
            if (last != null && paging.limit() != Paging.ALL && length + bytes.applyAsLong(item) > LONG) {
                return paging.link(key.apply(last));
            }
            add(bytes.applyAsLong(item), () -> json.apply(item));
            last = item;
        }
        return paging.links(page, key);
    }

    private Stream<Entry> entries(Predicate<Entry> wanted) {
        return catalog.entries().stream().filter(wanted);
    }

    private static boolean isAfter(String name, @Nullable String after) {
        return after == null || name.compareToIgnoreCase(after) > 0;
    }

    /** Adds the entries that answer a question, best first, with the reasons if they are asked for. */
    private void rank(String query, List<Entry> entries, boolean explain, int limit) {
        Ranking<Entry> ranking = Ranking.of(Question.of(query), entries, Entry::evidence);
        int close = ranking.close();
        int place = 0;
        for (Ranking.Hit<Entry> hit : ranking.hits()) {
            if (place++ >= limit) {
                return;
            }
            boolean isClose = place <= close;
            add(hit.candidate().length(), () -> explain
                    ? explained(json(hit.candidate()), ranking, hit, isClose)
                    : json(hit.candidate()));
        }
    }

    private static byte[] explained(byte[] json, Ranking<Entry> ranking, Ranking.Hit<Entry> hit, boolean isClose) {
        Mapping match = Mapping.builder().put("score", Math.round(hit.score())).put("close", Scalar.bool(isClose))
                .put("why", Sequence.ofTexts(ranking.why(hit))).build();
        return JsonSplice.append(json, JsonSplice.members(Mapping.builder().put("match", match).build()));
    }

    private byte[] json(Entry entry) {
        return catalog.listed(entry, live.members(entry));
    }

    private void add(long bytes, Supplier<byte[]> item) {
        items.add(item);
        length += bytes;
        longest = Math.max(longest, bytes);
    }

    /** What a reader that stalls holds: the references to all items, one item and its copy on the way, and a piece. */
    private long held() {
        return REFERENCE * items.size() + 2 * longest + 2L * PIECE;
    }

    private Predicate<Entry> filter(Exchange exchange) {
        Predicate<Entry> wanted = _ -> true;
        String section = exchange.query("section");
        if (section != null) {
            wanted = wanted.and(entry -> section.equals(entry.section()));
        }
        if ("true".equals(exchange.query("healthy"))) {
            wanted = wanted.and(entry -> Boolean.TRUE.equals(live.healthy(entry.name())));
        }
        String host = exchange.query("host");
        if (host != null) {
            wanted = wanted.and(entry -> host.equals(entry.host()));
        }
        String kind = exchange.query("kind");
        if (kind != null) {
            wanted = wanted.and(entry -> kind.equals(entry.kind()));
        }
        String status = exchange.query("status");
        if (status != null) {
            wanted = wanted.and(entry -> status.equals(entry.state().status().word()));
        }
        String sync = exchange.query("sync");
        return sync == null ? wanted : wanted.and(entry -> sync.equals(entry.state().sync().word()));
    }
}
