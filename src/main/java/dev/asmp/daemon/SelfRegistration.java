package dev.asmp.daemon;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
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
    /** The most bytes of the services' JSON; the VM registry allows a little more. */
    private static final int MOST = 60_000;
    private static final Set<String> NOT_FOR_OTHERS = Set.of("loopback", "local");

    private final VmStore vms;
    private final Supplier<Catalog> catalog;
    private final String id;
    private final String name;
    private final int port;
    private final Log log;
    private Sequence told = new Sequence(List.of());
    private int leftOut;

    SelfRegistration(VmStore vms, Supplier<Catalog> catalog, Environment environment, String hostId, int port,
            Log log) {
        this.log = log;
        this.vms = vms;
        this.catalog = catalog;
        String variable = environment.variable("VERS_VM_ID");
        this.id = variable == null ? environment.hostName() : variable;
        this.name = hostId;
        this.port = port;
    }

    /** Registers the host; a refusal is logged, and with the next heartbeat it is tried again. */
    void begin() {
        try {
            register();
        } catch (RefusedException e) {
            log.warn("this host could not be registered in its fleet, which is tried again every "
                    + BEAT.toSeconds() + " s: " + e.getMessage());
        }
    }

    /** Registers the host, or marks it as running again. */
    private void register() {
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
            register(); // it was removed
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
        Offered services = new Offered();
        if (port > 0) {
            services.add(service("registry", port, "/health", "http"));
        }
        for (Entry entry : catalog.get().entries()) {
            if (!entry.isStale()) {
                entry.endpoints().forEach(endpoint -> {
                    if (endpoint instanceof Mapping mapping && isForOthers(mapping)) {
                        services.add(service(entry.name(), port(mapping), null, mapping.text("protocol")));
                    }
                });
            }
        }
        if (services.leftOut > 0 && services.leftOut != leftOut) {
            log.warn(
                    "other hosts do not see " + services.leftOut + " endpoints of this one in the fleet: an entry there"
                            + " holds " + MOST + " bytes of services");
        }
        leftOut = services.leftOut;
        return new Sequence(services.items);
    }

    /** The services that fit an entry of the fleet, and the number of those that do not. */
    private static final class Offered {
        private final List<Document> items = new ArrayList<>();
        private int bytes;
        private int leftOut;

        void add(Mapping service) {
            int length = bytes < MOST ? Json.write(service).length + 1 : MOST;
            if (length > MOST - bytes) {
                leftOut++;
            } else {
                items.add(service);
                bytes += length;
            }
        }
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
