package dev.asmp.http;

import dev.asmp.health.HealthCounts;
import dev.asmp.registry.Catalog;
import dev.asmp.vm.VmCounts;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** Metrics of the daemon: counted as things happen, summed up on request. */
final class MetricsResource {
    private final ApiSources sources;
    private final Routes routes;
    private final EventStreams streams;
    private final LongPoll waiting;

    MetricsResource(ApiSources sources, Routes routes, EventStreams streams, LongPoll waiting) {
        this.sources = sources;
        this.routes = routes;
        this.streams = streams;
        this.waiting = waiting;
    }

    void addTo(Routes to) {
        to.add("GET", "/metrics", _ -> Answer.metrics(page()));
    }

    private String page() {
        MetricsPage page = new MetricsPage();
        routes.writeTo(page, "api");
        services(page);
        vms(page);
        page.counter("asmp_index_writes_total", "Files of the index that were written or removed.")
                .sample("asmp_index_writes_total", sources.registry().filesWritten());
        page.counter("asmp_events_total", "Changes that were told on the change stream.")
                .sample("asmp_events_total", sources.feed().count());
        page.gauge("asmp_event_readers", "Clients that read the change stream now.")
                .sample("asmp_event_readers", streams.count(), "socket", "api");
        page.gauge("asmp_waiting_clients", "Clients that wait for another answer now.")
                .sample("asmp_waiting_clients", waiting.count());
        sources.metrics().accept(page);
        process(page);
        return page.text();
    }

    private void services(MetricsPage page) {
        Catalog catalog = sources.registry().catalog();
        long pending = catalog.pendingCount();
        page.gauge("asmp_services", "Services by status.")
                .sample("asmp_services", (long) catalog.size() - catalog.staleCount(), "status", "registered")
                .sample("asmp_services", catalog.staleCount(), "status", "stale")
                .sample("asmp_services", pending, "status", "pending")
                .sample("asmp_services", catalog.proposals().size() - pending, "status", "rejected");
        HealthCounts counts = sources.health().counts();
        page.gauge("asmp_probed_services", "Services by the outcome of their last probe.")
                .sample("asmp_probed_services", counts.healthy(), "healthy", "true")
                .sample("asmp_probed_services", counts.unhealthy(), "healthy", "false");
        page.counter("asmp_probes_total", "Probes that were made.").sample("asmp_probes_total",
                sources.health().probes());
    }

    private void vms(MetricsPage page) {
        VmCounts counts = sources.vms().counts();
        page.gauge("asmp_vms", "VMs by status; those who are silent for too long are stale, whatever their status.")
                .sample("asmp_vms", counts.running(), "status", "running")
                .sample("asmp_vms", counts.paused(), "status", "paused")
                .sample("asmp_vms", counts.stopped(), "status", "stopped")
                .sample("asmp_vms", counts.stale(), "status", "stale");
        page.counter("asmp_vm_events_total", "Changes that were told on the change stream of the VMs.")
                .sample("asmp_vm_events_total", sources.vmFeed().count());
    }

    private static void process(MetricsPage page) {
        Runtime runtime = Runtime.getRuntime();
        page.gauge("jvm_memory_used_bytes", "Heap in use.").sample("jvm_memory_used_bytes",
                runtime.totalMemory() - runtime.freeMemory());
        page.gauge("jvm_memory_committed_bytes", "Heap taken from the system.")
                .sample("jvm_memory_committed_bytes", runtime.totalMemory());
        page.gauge("jvm_threads_current", "Platform threads.").sample("jvm_threads_current",
                ManagementFactory.getThreadMXBean().getThreadCount());
        page.counter("jvm_gc_collections_total", "Garbage collections.");
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            page.sample("jvm_gc_collections_total", collector.getCollectionCount(), "gc", collector.getName());
        }
        page.counter("jvm_gc_seconds_total", "Time spent collecting garbage.");
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            page.sample("jvm_gc_seconds_total", collector.getCollectionTime() / 1000.0, "gc", collector.getName());
        }
        page.gauge("process_uptime_seconds", "Time since the daemon began.").sample("process_uptime_seconds",
                ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0);
    }
}
