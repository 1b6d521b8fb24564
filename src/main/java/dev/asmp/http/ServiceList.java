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
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The answer to {@code GET /services}: all entries or a page of them by name, or those that answer a question. */
record ServiceList(Catalog catalog, LiveMembers live, ByteArrayOutputStream out) {
    static final String[] PARAMETERS = {"q", "explain", "section", "healthy", "kind", "status", "sync", "host", "limit",
            "after"};

    ServiceList(Catalog catalog, LiveMembers live) {
        this(catalog, live, new ByteArrayOutputStream(1024));
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
            paging.shown(page).forEach(proposal -> add(catalog.json(proposal)));
            links = paging.links(page, Proposal::name);
        } else if (query == null || query.isBlank()) {
            List<Entry> page = paging.page(entries(wanted).filter(entry -> isAfter(entry.name(), paging.after())));
            paging.shown(page).forEach(entry -> add(json(entry)));
            links = paging.links(page, Entry::name);
        } else if (paging.after() != null) {
            throw new HttpError(400, "after: pages are in the order of names, the answers to a question are not");
        } else {
            rank(query, entries(wanted).toList(), "true".equals(exchange.query("explain")), paging.limit());
        }
        if (out.size() == 0) {
            out.write('[');
        }
        out.write(']');
        return Answer.ok(out.toByteArray()).with(links);
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
            byte[] json = json(hit.candidate());
            add(explain ? explained(json, ranking, hit, place <= close) : json);
        }
    }

    private static byte[] explained(byte[] json, Ranking<Entry> ranking, Ranking.Hit<Entry> hit, boolean isClose) {
        Mapping match = Mapping.builder().put("score", Math.round(hit.score())).put("close", Scalar.bool(isClose))
                .put("why", Sequence.ofTexts(ranking.why(hit))).build();
        return JsonSplice.append(json, JsonSplice.members(Mapping.builder().put("match", match).build()));
    }

    private byte[] json(Entry entry) {
        return catalog.json(entry, live.members(entry));
    }

    private void add(byte[] item) {
        out.write(out.size() == 0 ? '[' : ',');
        out.writeBytes(item);
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
