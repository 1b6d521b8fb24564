package dev.asmp.http;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.HostProfile;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Discoveries;
import dev.asmp.registry.Registry;
import java.util.List;
import java.util.function.Supplier;

/** The host itself: its profile and health, what was noted about it, and what can be asked of the daemon. */
final class HostResource {
    private final Registry registry;
    private final Discoveries discoveries;
    private final Supplier<HostProfile> profile;
    private final Supplier<Mapping> scan;
    private final Supplier<Mapping> reload;

    HostResource(Registry registry, Discoveries discoveries, Supplier<HostProfile> profile, Supplier<Mapping> scan,
            Supplier<Mapping> reload) {
        this.registry = registry;
        this.discoveries = discoveries;
        this.profile = profile;
        this.scan = scan;
        this.reload = reload;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/health", _ -> health())
                .add("GET", "/host", _ -> Answer.ok(profile.get().document()))
                .add("POST", "/discover/scan", _ -> Answer.ok(scan.get()))
                .add("POST", "/reload", _ -> Answer.ok(reload.get())).add("GET", "/discoveries", this::discoveries)
                .add("POST", "/discoveries", exchange -> Answer.created(discoveries.add(exchange.json())));
    }

    /** Counts of real probes: what was not probed is unchecked, never assumed. */
    private Answer health() {
        Catalog catalog = registry.catalog();
        return Answer.ok(Mapping.builder().put("status", "ok").put("host", profile.get().hostId())
                .put("total", catalog.size()).put("healthy", 0).put("unhealthy", 0).put("unchecked", catalog.size())
                .put("stale", catalog.staleCount()).put("checked_at", Scalar.NULL).build());
    }

    private Answer discoveries(Exchange exchange) {
        boolean pendingOnly = !"false".equals(exchange.query("pending"));
        return Answer.ok(Mapping.builder()
                .put("discoveries",
                        new Sequence(List.copyOf(discoveries.list(registry.catalog(), pendingOnly))))
                .build());
    }
}
