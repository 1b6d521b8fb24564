package dev.asmp.http;

import dev.asmp.document.JsonSplice;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.ranking.Evidence;
import dev.asmp.ranking.Question;
import dev.asmp.ranking.Ranking;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Proposal;
import dev.asmp.registry.Sync;
import java.lang.ref.WeakReference;
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
            "after", "hosts"};

    private final Supplier<Catalog> catalogs;
    private final LiveMembers live;
    private final HostFilter hosts;
    private final JsonList list = new JsonList();

    ServiceList(Supplier<Catalog> catalogs, LiveMembers live, HostFilter hosts) {
        this.catalogs = catalogs;
        this.live = live;
        this.hosts = hosts;
    }

    /** A service of this host or another one. */
    private record Listed(String name, Evidence evidence, long length, Supplier<byte @Nullable []> json) {}

    Answer answer(Exchange exchange) {
        Catalog catalog = catalogs.get();
        Paging paging = Paging.of(exchange, Paging.ALL);
        Predicate<Entry> wanted = filter(exchange);
        String status = exchange.query("status");
        String query = exchange.query("q");
        Map<String, String> links = Map.of();
        if (("pending".equals(status) || "rejected".equals(status)) && hosts.isLocal()) {
            List<Proposal> page = paging.page(catalog.proposals().stream()
                    .filter(proposal -> isAfter(proposal.name(), paging.after()) && wanted.test(proposal.entry())));
            links = add(page, paging, Proposal::name, proposal -> 2 * proposal.entry().length(), this::later);
        } else if (query == null || query.isBlank()) {
            links = hosts.isHere()
                    ? add(paging.page(entries(wanted).filter(entry -> isAfter(entry.name(), paging.after()))), paging,
                            Entry::name, Entry::length, this::later)
                    : add(paging.page(after(exchange, wanted, paging.after())), paging, Listed::name, Listed::length,
                            Listed::json);
        } else if (paging.after() != null) {
            throw new HttpError(400, "after: pages are in the order of names, the answers to a question are not");
        } else {
            boolean explain = "true".equals(exchange.query("explain"));
            if (hosts.isHere()) {
                rank(Ranking.of(Question.of(query), entries(wanted).toList(), Entry::evidence), this::later,
                        Entry::length, explain, paging.limit());
            } else {
                rank(Ranking.of(Question.of(query), all(exchange, wanted).toList(), Listed::evidence),
                        Listed::json, Listed::length, explain, paging.limit());
            }
        }
        return list.answer(links);
    }

    /** Adds a page; one whose items are long ends before its limit. Returns the headers that lead to the next one. */
    private <T> Map<String, String> add(List<T> page, Paging paging, Function<T, String> key, ToLongFunction<T> bytes,
            Function<T, Supplier<byte @Nullable []>> json) {
        @Nullable
        T last = null;
        for (T item : paging.shown(page)) {
            if (last != null && paging.limit() != Paging.ALL
                    && list.length() + bytes.applyAsLong(item) > JsonList.LONG) {
                return paging.link(key.apply(last));
            }
            list.add(bytes.applyAsLong(item), json.apply(item));
            last = item;
        }
        return paging.links(page, key);
    }

    private Stream<Entry> entries(Predicate<Entry> wanted) {
        return !hosts.isLocal() ? Stream.empty() : catalogs.get().entries().stream().filter(wanted);
    }

    private static boolean isAfter(String name, @Nullable String after) {
        return after == null || name.compareToIgnoreCase(after) > 0;
    }

    /** The services of all hosts that are asked about: this one's by name, then those of each other host. */
    private Stream<Listed> all(Exchange exchange, Predicate<Entry> wanted) {
        Stream<Listed> here = hosts.isLocal()
                ? entries(wanted)
                        .map(entry -> new Listed(entry.name(), entry.evidence(), entry.length(), later(entry)))
                : Stream.empty();
        return Stream.concat(here, hosts.remote().filter(remoteFilter(exchange)).map(remote -> new Listed(
                remote.entry().name(), remote.entry().evidence(), remote.entry().length(), remote::json)));
    }

    /** Those that follow one; a name with a host follows all of this host. */
    private Stream<Listed> after(Exchange exchange, Predicate<Entry> wanted, @Nullable String after) {
        if (after == null || after.indexOf('@') < 0) {
            return all(exchange, wanted).filter(one -> one.name().indexOf('@') >= 0 || isAfter(one.name(), after));
        }
        return all(exchange, wanted).dropWhile(one -> !one.name().equalsIgnoreCase(after)).skip(1);
    }

    /** Adds what answers a question, best first, with the reasons if they are asked for. */
    private <T> void rank(Ranking<T> ranking, Function<T, Supplier<byte @Nullable []>> json, ToLongFunction<T> bytes,
            boolean explain,
            int limit) {
        int close = ranking.close();
        int place = 0;
        for (Ranking.Hit<T> hit : ranking.hits()) {
            if (place++ >= limit) {
                return;
            }
            boolean isClose = place <= close;
            Supplier<byte @Nullable []> item = json.apply(hit.candidate());
            byte[] match = explain ? match(ranking, hit, isClose) : null;
            list.add(bytes.applyAsLong(hit.candidate()), match == null ? item : () -> {
                byte[] known = item.get();
                return known == null ? null : JsonSplice.append(known, match);
            });
        }
    }

    private static <T> byte[] match(Ranking<T> ranking, Ranking.Hit<T> hit, boolean isClose) {
        Mapping match = Mapping.builder().put("score", Math.round(hit.score())).put("close", Scalar.bool(isClose))
                .put("why", Sequence.ofTexts(ranking.why(hit))).build();
        return JsonSplice.members(Mapping.builder().put("match", match).build());
    }

    /**
     * Writes an entry later. A client that reads slowly does not keep it in memory once it was replaced: then it is written as it
     * is at that moment, or left out where it is gone.
     */
    private Supplier<byte @Nullable []> later(Entry entry) {
        WeakReference<Entry> listed = new WeakReference<>(entry);
        String name = entry.name();
        return () -> {
            Catalog now = catalogs.get();
            Entry known = listed.get();
            known = known == null ? now.find(name) : known;
            return known == null ? null : now.listed(known, live.members(known));
        };
    }

    private Supplier<byte @Nullable []> later(Proposal proposal) {
        WeakReference<Proposal> listed = new WeakReference<>(proposal);
        String name = proposal.name();
        return () -> {
            Catalog now = catalogs.get();
            Proposal known = listed.get();
            known = known == null ? now.proposal(name) : known;
            return known == null ? null : now.listed(known);
        };
    }

    private static Predicate<HostFilter.Remote> remoteFilter(Exchange exchange) {
        Predicate<HostFilter.Remote> wanted = _ -> true;
        String section = exchange.query("section");
        if (section != null) {
            wanted = wanted.and(remote -> section.equals(remote.entry().section()));
        }
        if ("true".equals(exchange.query("healthy"))) {
            wanted = wanted.and(remote -> Boolean.TRUE.equals(remote.entry().healthy(remote.standing())));
        }
        String kind = exchange.query("kind");
        if (kind != null) {
            wanted = wanted.and(remote -> kind.equals(remote.entry().kind()));
        }
        String status = exchange.query("status");
        if (status != null) {
            wanted = wanted.and(remote -> status.equals(remote.status()));
        }
        String sync = exchange.query("sync");
        return sync == null || sync.equals(Sync.FEDERATE.word()) ? wanted : _ -> false;
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
