package dev.asmp.daemon;

import dev.asmp.scan.FoundManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The decision which file speaks for a name when several claim it: the registered one keeps it until it is stale, gone or
 * replaced; else the first path in string order has it.
 */
record NameConflicts(List<FoundManifest> winners, List<Conflict> conflicts) {
    /** A file whose name belongs to another one. */
    record Conflict(String name, String kept, String ignored) {}

    /** The file from which a name is registered. */
    record Holder(Path file, boolean isStale) {}

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
            Path holder = holder(registered.apply(name), claimants, hasLeft);
            Path kept = holder == null ? claimants.getFirst().file() : holder;
            claimants.forEach(claimant -> {
                if (claimant.file().equals(kept)) {
                    winners.add(claimant);
                } else {
                    conflicts.add(new Conflict(name, kept.toString(), claimant.file().toString()));
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
        if (claimants.stream().anyMatch(claimant -> claimant.file().equals(file))) {
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
