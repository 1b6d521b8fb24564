package dev.asmp.daemon;

import dev.asmp.manifest.HostProfile;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Registry;
import dev.asmp.registry.Staleness;
import dev.asmp.registry.Status;
import dev.asmp.registry.Sync;
import dev.asmp.scan.PartialScan;
import dev.asmp.scan.Scanner;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The entries from a scan whose manifest the scan did not find: stale at once, or after a while. */
record UnseenEntries(Registry registry, Scanner scanner) {
    /** A scanned entry that was not seen this time, and its file. */
    private record Unseen(Entry entry, Path file) {}

    /**
     * Judges all entries but those seen: what is gone is stale at once, what cannot be read after {@code stale_after}; tells
     * whether any is stale now.
     */
    boolean judge(Instant now, HostProfile host, Set<String> seen) {
        Catalog catalog = registry.catalog();
        List<Entry> stale = new ArrayList<>();
        List<Entry> unseen = new ArrayList<>();
        unseen(host, seen).forEach(last -> {
            boolean isStale = Staleness.isStale(last.entry, isGone(last, host), catalog.lastSeen(last.entry),
                    host.discovery().staleAfter(), now);
            (isStale ? stale : unseen).add(last.entry);
        });
        ScanClaims.inChunks(stale, registry::markStale);
        registry.seen(now, unseen);
        return !stale.isEmpty();
    }

    /** Judges only the entries whose files a look at changes covered; tells whether any is stale now. */
    boolean judge(PartialScan partial, HostProfile host, Set<String> seen) {
        List<Entry> gone = unseen(host, seen).filter(unseen -> partial.covers(unseen.file) && isGone(unseen, host))
                .map(Unseen::entry).toList();
        ScanClaims.inChunks(gone, registry::markStale);
        return !gone.isEmpty();
    }

    private Stream<Unseen> unseen(HostProfile host, Set<String> seen) {
        return registry.catalog().entries().stream()
                .filter(entry -> entry.state().status() == Status.REGISTERED && entry.state().sync() == Sync.SCAN
                        && !seen.contains(entry.name()))
                .mapMulti((entry, take) -> {
                    Path file = ScanCycle.source(entry, host);
                    if (file != null) {
                        take.accept(new Unseen(entry, file));
                    }
                });
    }

    private boolean isGone(Unseen unseen, HostProfile host) {
        String name = scanner.lastNameOf(unseen.file);
        return (name != null && !name.equals(unseen.entry.name())) || ScanCycle.isGone(unseen.file, host);
    }

    static boolean isStaleScan(Entry entry) {
        return entry.isStale() && entry.state().sync() == Sync.SCAN;
    }
}
