package dev.asmp.daemon;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.IoReason;
import dev.asmp.etcd.EtcdLeases;
import dev.asmp.etcd.EtcdMember;
import dev.asmp.etcd.EtcdMetrics;
import dev.asmp.etcd.EtcdVmStore;
import dev.asmp.http.MetricsPage;
import dev.asmp.manifest.EtcdSettings;
import dev.asmp.manifest.HostProfile;
import dev.asmp.vm.EmbeddedVmStore;
import dev.asmp.vm.Leases;
import dev.asmp.vm.VmStore;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The engine of the fleet: a file of this host, or etcd where the profile asks for it. Never one in the other's place. */
final class FleetStore {
    /** The events per millisecond that keep the numbers apart; they stay exact where numbers have 53 bits. */
    private static final int EVENT_BITS = 12;

    private FleetStore() {}

    static VmStore open(HostProfile profile, Path home, InstantSource clock, LongSupplier nanos, ByteBudget waiting,
            long maxBytes, String version, Log log) throws IOException, StartFailure {
        EtcdSettings etcd = profile.fleet().etcd();
        return etcd == null
                ? new EmbeddedVmStore(home.resolve(EmbeddedVmStore.FILE), clock, nanos, waiting, maxBytes, log::error)
                : Shared.open(etcd, profile.hostId(), clock, nanos, waiting, maxBytes, version, log);
    }

    /** The holds on what one of several processes may hold; null where this process alone has the store. */
    static @Nullable Leases leases(HostProfile profile, InstantSource clock, LongSupplier nanos) throws IOException {
        EtcdSettings etcd = profile.fleet().etcd();
        return etcd == null ? null : Shared.leases(etcd, profile.hostId(), clock, nanos);
    }

    /**
     * The number of the first event of the fleet. Where a client may come from another process, the numbers of two processes are
     * far apart: an id of the other one is unknown, so that the client is told to read all again.
     */
    static long firstEvent(HostProfile profile, InstantSource clock) {
        return profile.fleet().etcd() == null ? clock.millis() : clock.millis() << EVENT_BITS | Shared.random();
    }

    /** Adds the engine's metrics, where it has any. */
    static void writeTo(MetricsPage page, VmStore store) {
        if (store.index() > 0) {
            Shared.writeTo(page, store);
        }
    }

    /** What is loaded for etcd only. */
    private static final class Shared {
        private static final int ID_BYTES = 4;
        private static final SecureRandom RANDOM = new SecureRandom();

        static long random() {
            return RANDOM.nextInt(1 << EVENT_BITS);
        }

        static VmStore open(EtcdSettings settings, String host, InstantSource clock, LongSupplier nanos,
                ByteBudget waiting, long maxBytes, String version, Log log) throws StartFailure {
            byte[] random = new byte[ID_BYTES];
            RANDOM.nextBytes(random);
            String id = host + "-" + HexFormat.of().formatHex(random);
            try {
                return new EtcdVmStore(settings,
                        new EtcdMember(id, host, version, EtcdMember.USUAL), clock, nanos, waiting,
                        maxBytes, log::warn);
            } catch (IOException e) {
                throw new StartFailure("cannot keep the fleet in etcd: " + IoReason.of(e));
            }
        }

        static Leases leases(EtcdSettings settings, String host, InstantSource clock, LongSupplier nanos)
                throws IOException {
            return new EtcdLeases(settings, host, clock.millis(), nanos);
        }

        static void writeTo(MetricsPage page, VmStore store) {
            if (store instanceof EtcdVmStore etcd) {
                EtcdMetrics now = etcd.metrics();
                page.gauge("asmp_etcd_view_vms", "VMs in the view.").sample("asmp_etcd_view_vms", now.vms());
                page.gauge("asmp_etcd_view_revision", "The revision of etcd that the view shows.")
                        .sample("asmp_etcd_view_revision", now.revision());
                page.gauge("asmp_etcd_view_age_seconds", "Time since the view was known to be current.")
                        .sample("asmp_etcd_view_age_seconds", now.age().toMillis() / 1000.0);
                page.counter("asmp_etcd_transactions_total", "Transactions by outcome.");
                now.transactions().forEach((outcome, count) -> page.sample("asmp_etcd_transactions_total", count,
                        "outcome", outcome));
                page.counter("asmp_etcd_errors_total", "Requests that a member did not answer.")
                        .sample("asmp_etcd_errors_total", now.errors());
                page.counter("asmp_etcd_lists_total", "Times that all keys were listed.")
                        .sample("asmp_etcd_lists_total", now.lists());
                page.counter("asmp_etcd_heartbeats_total", "Heartbeats that were written for other processes.")
                        .sample("asmp_etcd_heartbeats_total", now.beats());
                page.counter("asmp_etcd_heartbeat_writes_total", "Writes that carried them.")
                        .sample("asmp_etcd_heartbeat_writes_total", now.writes());
                page.gauge("asmp_etcd_heartbeats_waiting", "Heartbeats that are not written yet.")
                        .sample("asmp_etcd_heartbeats_waiting", now.waiting());
            }
        }
    }
}
