package dev.asmp.http;

import dev.asmp.document.JsonSplice;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.health.HealthMonitor;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.Manifest;
import dev.asmp.ranking.Question;
import dev.asmp.ranking.Ranking;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Liveness;
import dev.asmp.registry.Proposal;
import dev.asmp.registry.Registry;
import dev.asmp.registry.ServiceRecord;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The services and what they provide: asking, and every way to bring one in, change it or take it out. */
final class RegistryResource {
    private final Registry registry;
    private final HealthMonitor health;
    private final Liveness liveness;
    private final LongPoll waiting;
    private final OwnerAuthorization owner;
    private final Supplier<String> url;

    RegistryResource(ApiSources sources, LongPoll waiting, OwnerAuthorization owner, Supplier<String> url) {
        this.registry = sources.registry();
        this.health = sources.health();
        this.liveness = new ProbedLiveness(health);
        this.waiting = waiting;
        this.owner = owner;
        this.url = url;
    }

    /** The monitor's results in the form that the registry asks for. */
    private record ProbedLiveness(HealthMonitor health) implements Liveness {
        @Override
        public @Nullable Boolean healthy(String name) {
            return health.healthy(name);
        }

        @Override
        public byte[] members(String name) {
            return health.of(name).members();
        }

        @Override
        public long revision() {
            return health.revision();
        }
    }

    void addTo(Routes routes) {
        routes.add("GET", "/services/{name}", this::get).add("GET", "/capabilities", this::capabilities)
                .add("GET", "/services", this::list).add("POST", "/services/announce", this::announce)
                .add("POST", "/services", this::register).add("PATCH", "/services/{name}", this::patch)
                .add("DELETE", "/services/{name}", this::remove);
    }

    private Answer get(Exchange exchange) {
        Catalog catalog = registry.catalog();
        String name = exchange.parameter(0);
        Entry entry = catalog.find(name);
        if (entry != null) {
            return Answer.entry(200, json(entry, catalog), entry.state().generation());
        }
        Proposal proposal = catalog.proposal(name);
        if (proposal == null) {
            throw ServiceRecord.notFound(name);
        }
        return Answer.entry(200, catalog.json(proposal), proposal.entry().state().generation());
    }

    private byte[] json(Entry entry, Catalog catalog) {
        return catalog.json(entry, health.of(entry.name()).members());
    }

    private Answer capabilities(Exchange exchange) {
        String asked = exchange.query("provides");
        String provides = asked == null || asked.isBlank() ? null : asked;
        Duration wait = exchange.duration("wait");
        if (provides == null && wait != null) {
            throw new HttpError(400, "wait needs provides: which capability to wait for");
        }
        return provides == null
                ? Answer.ok(registry.catalog().capabilitiesJson())
                : waiting.answer(provides, () -> registry.catalog().offers(provides, liveness), wait,
                        exchange.number("index"));
    }

    private Answer list(Exchange exchange) {
        Catalog catalog = registry.catalog();
        Predicate<Entry> wanted = filter(exchange);
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        String status = exchange.query("status");
        boolean proposals = "pending".equals(status) || "rejected".equals(status);
        if (proposals) {
            catalog.proposals().stream().filter(proposal -> wanted.test(proposal.entry()))
                    .forEach(proposal -> add(catalog.json(proposal), out));
        } else {
            List<Entry> entries = catalog.entries().stream().filter(wanted).toList();
            String query = exchange.query("q");
            if (query == null || query.isBlank()) {
                entries.forEach(entry -> add(json(entry, catalog), out));
            } else {
                answers(query, entries, "true".equals(exchange.query("explain")), catalog, out);
            }
        }
        if (out.size() == 0) {
            out.write('[');
        }
        out.write(']');
        return Answer.ok(out.toByteArray());
    }

    /** Those that answer a question, best first; with the reasons, if they are asked for. */
    private void answers(String query, List<Entry> entries, boolean explain, Catalog catalog,
            ByteArrayOutputStream out) {
        Ranking<Entry> ranking = Ranking.of(Question.of(query), entries, Entry::evidence);
        int close = ranking.close();
        int place = 0;
        for (Ranking.Hit<Entry> hit : ranking.hits()) {
            byte[] json = json(hit.candidate(), catalog);
            place++;
            add(explain ? explained(json, ranking, hit, place <= close) : json, out);
        }
    }

    private static byte[] explained(byte[] json, Ranking<Entry> ranking, Ranking.Hit<Entry> hit, boolean isClose) {
        Mapping match = Mapping.builder().put("score", Math.round(hit.score())).put("close", Scalar.bool(isClose))
                .put("why", Sequence.ofTexts(ranking.why(hit))).build();
        return JsonSplice.append(json, JsonSplice.members(Mapping.builder().put("match", match).build()));
    }

    private static void add(byte[] item, ByteArrayOutputStream out) {
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
            wanted = wanted.and(entry -> Boolean.TRUE.equals(health.healthy(entry.name())));
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

    private Answer announce(Exchange exchange) {
        Duration ttl = exchange.duration("ttl");
        if (ttl != null && ttl.isZero()) {
            throw new HttpError(400, "ttl: must be longer than nothing");
        }
        ServiceRecord standing = registry.announce(new Claim.Announcement(Manifest.of(exchange.manifest()), ttl));
        return switch (standing) {
            case Entry entry -> Answer.of(201,
                    Mapping.builder().put("name", entry.name()).put("host", entry.host())
                            .put("generation", entry.state().generation()).put("status", entry.state().status().word())
                            .put("index_url", url.get() + "/services/" + entry.name()).build());
            case Proposal proposal -> waits(proposal);
        };
    }

    private Answer register(Exchange exchange) {
        ServiceRecord standing = registry.register(new Claim.Registration(Manifest.of(exchange.manifest())));
        return switch (standing) {
            case Entry entry -> Answer.of(201,
                    Mapping.builder().put("ok", Scalar.bool(true)).put("name", entry.name())
                            .put("path", registry.pathOf(entry.name()).toString())
                            .put("generation", entry.state().generation()).put("status", entry.state().status().word())
                            .build());
            case Proposal proposal -> waits(proposal);
        };
    }

    /** The answer to whoever offers what the owner must see first. */
    static Answer waits(Proposal proposal) {
        Entry entry = proposal.entry();
        return Answer.of(202, Mapping.builder().put("status", entry.state().status().word()).put("name", entry.name())
                .put("host", entry.host()).put("generation", entry.state().generation())
                .put("digest", proposal.digest())
                .put("message", "waits for the owner's approval: asmp approve " + entry.name()).build());
    }

    private Answer patch(Exchange exchange) {
        ServiceRecord standing = registry.patch(exchange.parameter(0), exchange.patch(),
                EntityTag.precondition(exchange.header("if-match")));
        return shown(200, standing);
    }

    /** How a service stands now, in full; what waits for the owner says so by its status. */
    Answer shown(int status, ServiceRecord standing) {
        Catalog catalog = registry.catalog();
        return switch (standing) {
            case Entry entry -> Answer.entry(status, json(entry, catalog), entry.state().generation());
            case Proposal proposal -> Answer.entry(202, catalog.json(proposal),
                    proposal.entry().state().generation());
        };
    }

    private Answer remove(Exchange exchange) {
        ServiceRecord removed = registry.remove(exchange.parameter(0),
                EntityTag.precondition(exchange.header("if-match")),
                owner.isAsking(exchange));
        return Answer.ok(Mapping.builder().put("ok", Scalar.bool(true)).put("name", removed.name())
                .put("status", "removed").build());
    }
}
