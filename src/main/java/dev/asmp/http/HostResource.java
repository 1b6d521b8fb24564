package dev.asmp.http;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Timestamps;
import dev.asmp.federation.Federation;
import dev.asmp.federation.RemoteHost;
import dev.asmp.health.HealthCounts;
import dev.asmp.manifest.Schemas;
import dev.asmp.manifest.SecretMask;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Discoveries;
import dev.asmp.registry.Registry;
import dev.asmp.vm.VmStore;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The host: profile, health, notes, scan and reload. */
final class HostResource {
    private static final Answer.Type SCHEMA = Answer.Type.of(Schemas.MEDIA_TYPE, true);

    private final ApiSources sources;
    private final Registry registry;
    private final Discoveries discoveries;

    private final OwnerAuthorization owner;
    private final SharedWork<Mapping> scans;
    private final SharedWork<Mapping> reloads;

    HostResource(ApiSources sources, OwnerAuthorization owner) {
        this.sources = sources;
        this.registry = sources.registry();
        this.discoveries = sources.discoveries();
        this.owner = owner;
        this.scans = SharedWork.byTime("a scan", sources.scan());
        this.reloads = SharedWork.byTime("a reload", sources.reload());
    }

    void addTo(Routes routes) {
        routes.add("GET", "/health", _ -> health())
                .add("GET", "/host", _ -> Answer.ok(SecretMask.masked(sources.profile().get().document())))
                .add("POST", "/discover/scan", exchange -> Answer.ok(scans.make(owner.isKnownIn(exchange))))
                .add("POST", "/reload", exchange -> Answer.ok(reloads.make(owner.isKnownIn(exchange))))
                .add("GET", "/schemas/{name}", HostResource::schema)
                .add("GET", "/discoveries", this::discoveries, "pending", "limit", "after")
                .add("POST", "/discoveries", this::note);
    }

    /** Counts the results of probes: what was not probed is unchecked. */
    private Answer health() {
        Catalog catalog = registry.catalog();
        HealthCounts counts = sources.health().counts();
        Instant checked = counts.checkedAt();
        int unchecked = Math.max(0, catalog.size() - counts.healthy() - counts.unhealthy());
        String problem = sources.daemon().writeProblem();
        VmStore.Outage outage = sources.vms().outage();
        String reason = problem != null
                ? "changes cannot be saved: " + problem
                : outage != null ? "the fleet may be out of date: " + outage.reason() : null;
        return Answer.ok(Mapping.builder()
                .put("status", counts.unhealthy() > 0 || reason != null ? "degraded" : "ok").put("reason", reason)
                .put("host", sources.profile().get().hostId()).put("total", catalog.size())
                .put("healthy", counts.healthy()).put("unhealthy", counts.unhealthy()).put("unchecked", unchecked)
                .put("degraded", 0)
                .put("stale", catalog.staleCount()).put("pending", catalog.pendingCount())
                .put("peers", peers())
                .put("checked_at", checked == null ? Scalar.NULL : Scalar.text(Timestamps.format(checked))).build());
    }

    /** The peers by whether they answer; null where there are none. */
    private @Nullable Mapping peers() {
        Federation federation = sources.federation();
        if (!federation.hasPeers()) {
            return null;
        }
        long ok = federation.hosts().stream().filter(host -> host.status(federation.nanos()) == RemoteHost.Status.OK)
                .count();
        return Mapping.builder().put("ok", ok).put("silent", federation.hosts().size() - ok).build();
    }

    private static Answer schema(Exchange exchange) {
        byte[] schema = Schemas.named(exchange.parameter(0));
        if (schema == null) {
            throw new HttpError(404, "there is no such schema; there are " + String.join(", ", Schemas.NAMES));
        }
        return Answer.ok(schema).as(SCHEMA);
    }

    private Answer note(Exchange exchange) {
        Mapping note = discoveries.add(exchange.json());
        sources.feed().publish("discovery", String.valueOf(note.text("name")), List.of(), SecretMask.masked(note));
        return Answer.of(201, note);
    }

    private Answer discoveries(Exchange exchange) {
        boolean pendingOnly = !"false".equals(exchange.query("pending"));
        Paging paging = Paging.of(exchange, Paging.MOST);
        Long after = exchange.number("after");
        Discoveries.Page page = discoveries.page(after == null ? 0 : after, paging.limit(), registry.catalog(),
                pendingOnly);
        Answer answer = Answer.ok(Mapping.builder().put("discoveries",
                new Sequence(page.notes().stream().map(note -> SecretMask.masked((Document) note.document())).toList()))
                .build());
        return page.hasMore() ? answer.with(paging.link(Long.toString(page.notes().getLast().place()))) : answer;
    }
}
