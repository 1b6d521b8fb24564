package dev.asmp.daemon;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Environment;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Entry;
import dev.asmp.store.RefusedException;
import dev.asmp.vm.VmPatch;
import dev.asmp.vm.VmRegistration;
import dev.asmp.vm.VmStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** This host's registration in its own fleet: the registry, and the services that other hosts can reach; with heartbeats. */
final class SelfRegistration {
    static final Duration BEAT = Duration.ofSeconds(60);
    private static final Set<String> NOT_FOR_OTHERS = Set.of("loopback", "local");

    private final VmStore vms;
    private final Supplier<Catalog> catalog;
    private final String id;
    private final String name;
    private final int port;
    private Sequence told = new Sequence(List.of());

    SelfRegistration(VmStore vms, Supplier<Catalog> catalog, Environment environment, String hostId, int port) {
        this.vms = vms;
        this.catalog = catalog;
        String variable = environment.variable("VERS_VM_ID");
        this.id = variable == null ? environment.hostName() : variable;
        this.name = hostId;
        this.port = port;
    }

    /** Registers the host, or marks it as running again. */
    void begin() {
        told = services();
        try {
            vms.register(VmRegistration.of(Mapping.builder().put("id", id).put("name", name).put("role", "infra")
                    .put("address", id).put("services", told).put("registeredBy", id).build()));
        } catch (RefusedException e) {
            if (e.reason() != RefusedException.Reason.CONFLICT) {
                throw e;
            }
            vms.patch(id, VmPatch.of(Mapping.builder().put("name", name).put("status", "running").put("services", told)
                    .build()));
        }
    }

    /** Sends a heartbeat, and the services if they changed. */
    void beat() {
        Sequence now = services();
        if (vms.heartbeat(id) == null) {
            begin(); // it was removed
        } else if (!now.equals(told)) {
            told = now;
            vms.patch(id, VmPatch.of(Mapping.builder().put("services", now).build()));
        }
    }

    /** Marks the host as stopped. */
    void end() {
        vms.patch(id, VmPatch.of(Mapping.builder().put("status", "stopped").build()));
    }

    private Sequence services() {
        List<Document> services = new ArrayList<>();
        services.add(service("registry", port, "/health", "http"));
        for (Entry entry : catalog.get().entries()) {
            if (!entry.isStale()) {
                entry.endpoints().forEach(endpoint -> {
                    if (endpoint instanceof Mapping mapping && isForOthers(mapping)) {
                        services.add(service(entry.name(), port(mapping), null, mapping.text("protocol")));
                    }
                });
            }
        }
        return new Sequence(services);
    }

    /** Tells whether other hosts can reach an endpoint; without a visibility they cannot. */
    private static boolean isForOthers(Mapping endpoint) {
        String visibility = endpoint.text("visibility");
        return visibility != null && !NOT_FOR_OTHERS.contains(visibility) && port(endpoint) > 0;
    }

    private static int port(Mapping endpoint) {
        String port = endpoint.text("port");
        return port != null && port.matches("[1-9][0-9]{0,4}") && Integer.parseInt(port) <= 65_535
                ? Integer.parseInt(port)
                : 0;
    }

    private static Mapping service(String name, int port, @Nullable String healthPath, @Nullable String protocol) {
        return Mapping.builder().put("name", name).put("port", port).put("healthPath", healthPath)
                .put("protocol", protocol).build();
    }
}
