package dev.asmp.http;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Timestamps;
import dev.asmp.events.Feed;
import dev.asmp.fleet.FleetTree;
import dev.asmp.manifest.SecretMask;
import dev.asmp.manifest.VmRole;
import dev.asmp.manifest.VmStatus;
import dev.asmp.vm.VmCounts;
import dev.asmp.vm.VmEntry;
import dev.asmp.vm.VmPatch;
import dev.asmp.vm.VmQuery;
import dev.asmp.vm.VmRegistration;
import dev.asmp.vm.VmRules;
import dev.asmp.vm.VmStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The VMs of a fleet: registration, heartbeats, discovery by role. Secrets are masked in lists and events; one VM is shown whole, so
 * that it can be sent back, to clients that may change it.
 */
final class VmResource {
    private static final String INDEX = "X-Asmp-Index";
    private static final String STALE_SINCE = "X-Asmp-Stale-Since";
    private static final Duration USUAL_WAIT = Duration.ofSeconds(2);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    /** Trees in memory at a time, each of up to 20 MB. */
    private static final int TREES = 2;
    /** The keys of a patch that may hold secrets; others are ignored, such as those of a whole entry that is sent back. */
    private static final List<String> PATCHED = List.of("address", "services", "metadata");

    private final VmStore store;
    private final Feed feed;
    private final EventStreams streams;
    private final VmListRenderer lists;
    private final Predicate<Exchange> isMasked;
    private final Predicate<Exchange> isOwner;
    private final Turns trees = new Turns(TREES, "the tree of the fleet");
    private final long began = System.nanoTime();

    VmResource(VmStore store, Feed feed, EventStreams streams, Predicate<Exchange> isMasked,
            Predicate<Exchange> isOwner) {
        this.isOwner = isOwner;
        this.isMasked = isMasked;
        this.store = store;
        this.feed = feed;
        this.streams = streams;
        this.lists = new VmListRenderer(store);
    }

    void addTo(Routes routes) {
        routes.add("GET", "/registry/vms/{id}", current(exchange -> entry(store.get(exchange.parameter(0)), exchange)))
                .add("POST", "/registry/vms/{id}/heartbeat", this::heartbeat)
                .add("GET", "/registry/discover/{role}", current(this::discover))
                .add("GET", "/registry/vms", current(this::list))
                .add("POST", "/registry/vms", current(this::register))
                .add("PATCH", "/registry/vms/{id}", current(this::patch))
                .add("DELETE", "/registry/vms/{id}", current(this::remove))
                .add("POST", "/registry/import", current(this::restore))
                .add("GET", "/registry/resolve/{name}",
                        current(exchange -> entry(store.resolve(exchange.parameter(0)), exchange)))
                .add("GET", "/registry/stale", current(_ -> lists.stale()))
                .add("DELETE", "/registry/stale",
                        current(_ -> Answer.ok(Mapping.builder().put("deleted", store.prune()).build())))
                .add("GET", "/registry/tree",
                        exchange -> tree(tree -> tree.nested(filter("root", exchange))))
                .add("GET", "/vm-tree/vms", _ -> tree(FleetTree::list))
                .add("GET", "/vm-tree/vms/{id}", exchange -> tree(tree -> known(exchange, tree)))
                .add("GET", "/vm-tree/vms/{id}/children", exchange -> about(exchange, FleetTree::children))
                .add("GET", "/vm-tree/vms/{id}/ancestors", exchange -> about(exchange, FleetTree::ancestors))
                .add("GET", "/vm-tree/vms/{id}/descendants", exchange -> about(exchange, FleetTree::descendants))
                .add("GET", "/vm-tree/tree",
                        exchange -> tree(tree -> tree.nested(filter("root", exchange))),
                        "root", "includeHistory")
                .add("GET", "/registry/health", _ -> health()).add("GET", "/registry/status", _ -> status())
                .add("GET", "/registry/events", this::events);
    }

    /** Answers from a state that is not older than the client asks for, and says which it is. */
    private Routes.Handler current(Routes.Handler handler) {
        return exchange -> {
            Long index = exchange.number("index");
            if (index != null) {
                Duration wait = exchange.duration("wait");
                if (!store.await(index, wait == null ? USUAL_WAIT : wait.compareTo(LONGEST) > 0 ? LONGEST : wait)) {
                    throw new HttpError(503, "this process has not seen index " + index + " yet");
                }
            }
            VmStore.Outage outage = store.outage(); // before the answer, which is then never older
            Answer answer = handler.handle(exchange);
            long now = store.index();
            return now == 0
                    ? answer
                    : answer.with(outage == null
                            ? Map.of(INDEX, Long.toString(now))
                            : Map.of(INDEX, Long.toString(now), STALE_SINCE, Timestamps.format(outage.since())));
        };
    }

    private Answer status() {
        VmCounts counts = store.counts();
        VmStore.Outage outage = store.outage();
        return Answer.ok(Mapping.builder().putAll(store.status())
                .put("stale_since", outage == null ? null : Timestamps.format(outage.since()))
                .put("problem", outage == null ? null : outage.reason())
                .put("vms", Mapping.builder().put("running", counts.running()).put("paused", counts.paused())
                        .put("stopped", counts.stopped()).put("stale", counts.stale()).build())
                .build()).fleeting();
    }

    /** The state of the VM registry, which answers as long as the process runs. */
    Answer health() {
        return Answer.ok(Mapping.builder().put("status", store.outage() == null ? "ok" : "degraded")
                .put("uptime", (System.nanoTime() - began) / 1_000_000_000L).build()).fleeting();
    }

    private Answer about(Exchange exchange, BiFunction<FleetTree, String, Mapping> relatives) {
        return tree(tree -> {
            known(exchange, tree);
            return relatives.apply(tree, exchange.parameter(0));
        });
    }

    /** Answers from the tree of all VMs, of which few are in memory at a time. */
    private Answer tree(Function<FleetTree, Mapping> answer) {
        return trees.make(() -> Answer.ok(answer.apply(new FleetTree(store))));
    }

    private static Mapping known(Exchange exchange, FleetTree tree) {
        Mapping vm = tree.vm(exchange.parameter(0));
        if (vm == null) {
            throw notFound();
        }
        return vm;
    }

    private Answer register(Exchange exchange) {
        return Answer.created(store.register(VmRegistration.of(unmasked(exchange.json()))).json());
    }

    /** A document from outside, in which no mask may stand for a secret. */
    private static Document unmasked(Document document) {
        SecretMask.refuseIn(document);
        return document;
    }

    /**
     * Adds VMs with the times and the order that they have in another registry. What a daemon keeps about a VM of its own is taken
     * from the owner only: it lets the daemon delete that VM.
     */
    private Answer restore(Exchange exchange) {
        Mapping body = unmasked(exchange.json()) instanceof Mapping mapping ? mapping : Mapping.EMPTY;
        boolean withFacts = isOwner.test(exchange);
        List<VmEntry> vms = body.list("vms").stream().map(VmEntry::restored)
                .map(vm -> withFacts ? vm : vm.withFleet(null)).toList();
        for (VmEntry vm : vms) {
            Mapping facts = vm.fleet();
            if (facts != null && !store.kept(VmStore.SHOWN + vm.id()).containsKey(VmStore.SHOWN + vm.id())) {
                store.keep(VmStore.SHOWN + vm.id(), facts);
            }
        }
        int added = store.restore(vms);
        return Answer.ok(Mapping.builder().put("added", added).put("kept", vms.size() - added).build());
    }

    private Answer patch(Exchange exchange) {
        Document body = exchange.json();
        VmPatch patch = VmPatch.of(body);
        Mapping changes = body instanceof Mapping mapping ? mapping : Mapping.EMPTY;
        unmasked(changes.without(
                changes.fields().keySet().stream().filter(key -> !PATCHED.contains(key)).toList()));
        return entry(store.patch(exchange.parameter(0), patch), exchange);
    }

    private Answer remove(Exchange exchange) {
        if (!store.remove(exchange.parameter(0))) {
            throw notFound();
        }
        return Answer.ok(Mapping.builder().put("deleted", Scalar.bool(true)).build());
    }

    private Answer heartbeat(Exchange exchange) {
        VmEntry vm = store.heartbeat(exchange.parameter(0), beat(exchange.bytes()));
        if (vm == null) {
            throw notFound();
        }
        return Answer.ok(vm.heartbeatJson());
    }

    /** The sender of a heartbeat; null where it does not say who it is, as clients that know of no instances. */
    private static VmStore.@Nullable Beat beat(byte[] body) {
        Mapping said = Mapping.EMPTY;
        try {
            said = body.length > 0 && Json.read(body) instanceof Mapping mapping ? mapping : said;
        } catch (MalformedDocumentException _) {
            // Clients that know of no instances send what they like.
        }
        if (said.get("instance") == null) {
            return null;
        }
        String instance = VmRules.instance(said.text("instance"));
        String seq = said.text("seq");
        if (instance == null || seq == null || !seq.matches("[0-9]{1,18}")) {
            throw new HttpError(400, "a heartbeat with an instance needs its text, and seq, a number that grows");
        }
        return new VmStore.Beat(instance, Long.parseLong(seq));
    }

    private Answer entry(@Nullable VmEntry vm, Exchange exchange) {
        if (vm == null) {
            throw notFound();
        }
        return Answer.ok((isMasked.test(exchange) ? vm.shown() : vm).json());
    }

    private static HttpError notFound() {
        return new HttpError(404, "VM not found");
    }

    private Answer discover(Exchange exchange) {
        VmRole role = VmRole.of(exchange.parameter(0));
        return role == null ? VmListRenderer.EMPTY : lists.ready(role);
    }

    private Answer list(Exchange exchange) {
        String role = filter("role", exchange);
        String status = filter("status", exchange);
        Long limit = exchange.number("limit");
        boolean unknown = (role != null && VmRole.of(role) == null) || (status != null && VmStatus.of(status) == null);
        if (unknown) {
            return VmListRenderer.EMPTY; // no VM has an unknown role or status
        }
        int most = limit == null ? VmQuery.NO_LIMIT : (int) Math.min(limit, VmQuery.NO_LIMIT);
        VmQuery query = new VmQuery(VmRole.of(role), VmStatus.of(status), filter("q", exchange), most,
                filter("after", exchange));
        boolean isWhole = "true".equals(filter("whole", exchange)) && !isMasked.test(exchange);
        return query.equals(VmQuery.ALL) && !isWhole ? lists.all() : lists.matching(query, isWhole);
    }

    /** A filter of the query; null where it is not there or empty. */
    private static @Nullable String filter(String name, Exchange exchange) {
        String value = exchange.query(name);
        return value == null || value.isEmpty() ? null : value;
    }

    private Answer events(Exchange exchange) {
        String name = filter("name", exchange);
        String role = filter("role", exchange);
        return streams.from(feed, exchange, event -> (name == null || event.mayBeAbout("name:" + name))
                && (role == null || event.mayBeAbout("role:" + role)));
    }
}
