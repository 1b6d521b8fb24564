package dev.asmp.daemon;

import dev.asmp.document.Timestamps;
import dev.asmp.manifest.HostProfile;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Entry;
import dev.asmp.scan.FoundManifest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The decision which file speaks for a name when several claim it: the one that the owner pinned; else the registered one keeps
 * it until it is stale, gone or replaced; else the first path in string order has it.
 */
record NameConflicts(List<FoundManifest> winners, List<Conflict> conflicts) {
    /** A file whose name belongs to another one, and since when, where that is known. */
    record Conflict(String name, String kept, String ignored, @Nullable Instant since) {
        String fact() {
            return "conflict: '" + name + "' stays with " + kept + ", ignored " + ignored;
        }

        /** One line for a person: who came first, and how the owner can decide. */
        String line() {
            return fact() + (since == null
                    ? ""
                    : " (registered as it is since " + Timestamps.format(since) + ")")
                    + "; policy.pin in host.yaml can decide otherwise";
        }
    }

    /** The file that holds a name: the pinned one, or the one from which it is registered as it is since this moment. */
    record Holder(Path file, boolean isStale, boolean isPinned, @Nullable Instant since) {}

    /** The file that holds a name; null where none does. */
    static @Nullable Holder holder(Catalog catalog, String name, HostProfile host) {
        Path pinned = host.policy().pins().get(name);
        Entry entry = catalog.find(name);
        Path source = entry == null ? null : ScanCycle.source(entry, host);
        Instant since = entry == null || source == null ? null : entry.state().lastSeen();
        if (pinned != null) {
            return new Holder(pinned, false, true, pinned.equals(source) ? since : null);
        }
        return entry == null || source == null ? null : new Holder(source, entry.isStale(), false, since);
    }

    /**
     * Decides for every name found.
     *
     * @param registered the holder of a name; null when no file holds it
     * @param hasLeft whether a holder that was not found under its name is known to be gone or to claim another name
     */
    static NameConflicts settle(List<FoundManifest> found, Function<String, @Nullable Holder> registered,
            Predicate<Path> hasLeft) {
        TreeMap<String, List<FoundManifest>> byName = new TreeMap<>();
        found.forEach(file -> byName.computeIfAbsent(file.name(), _ -> new ArrayList<>()).add(file));
        List<FoundManifest> winners = new ArrayList<>();
        List<Conflict> conflicts = new ArrayList<>();
        byName.forEach((name, claimants) -> {
            Holder registeredNow = registered.apply(name);
            Path holder = holder(registeredNow, claimants, hasLeft);
            Path kept = holder == null ? claimants.getFirst().file() : holder;
            Instant since = registeredNow == null || holder == null ? null : registeredNow.since;
            claimants.forEach(claimant -> {
                if (claimant.file().equals(kept)) {
                    winners.add(claimant);
                } else {
                    conflicts.add(new Conflict(name, kept.toString(), claimant.file().toString(), since));
                }
            });
        });
        return new NameConflicts(winners, conflicts);
    }

    private static @Nullable Path holder(@Nullable Holder registered, List<FoundManifest> claimants,
            Predicate<Path> hasLeft) {
        if (registered == null) {
            return null;
        }
        Path file = registered.file;
        if (registered.isPinned || claimants.stream().anyMatch(claimant -> claimant.file().equals(file))) {
            return file;
        }
        boolean superseded = registered.isStale || claimants.stream()
                .anyMatch(claimant -> isInfraOf(claimant.file(), file) || isInfraOf(file, claimant.file()));
        return superseded || hasLeft.test(file) ? null : file;
    }

    /** Tells whether these are the two files of one repository, of which a scan takes one at most. */
    private static boolean isInfraOf(Path atRoot, Path other) {
        Path folder = atRoot.getParent();
        return folder != null && other.equals(folder.resolve("infra").resolve(atRoot.getFileName()));
    }
}
