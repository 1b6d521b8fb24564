package dev.asmp.daemon;

import dev.asmp.registry.Catalog;
import dev.asmp.registry.Entry;
import dev.asmp.scan.FoundManifest;
import dev.asmp.scan.SourceState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides which file speaks for a name when several claim it: the one that is registered already keeps it, as long as it is
 * not known to be gone; else the first path in string order has it.
 */
record NameConflicts(List<FoundManifest> winners, List<Conflict> conflicts) {
    /** A file whose name another one has. */
    record Conflict(String name, String kept, String ignored) {}

    static NameConflicts settle(List<FoundManifest> found, Catalog catalog, Predicate<Path> isManifest,
            Function<Path, SourceState> look) {
        TreeMap<String, List<FoundManifest>> byName = new TreeMap<>();
        found.forEach(file -> byName.computeIfAbsent(file.name(), _ -> new ArrayList<>()).add(file));
        List<FoundManifest> winners = new ArrayList<>();
        List<Conflict> conflicts = new ArrayList<>();
        byName.forEach((name, claimants) -> {
            Path holder = holder(catalog.find(name), claimants, isManifest, look);
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

    private static @Nullable Path holder(@Nullable Entry entry, List<FoundManifest> claimants,
            Predicate<Path> isManifest, Function<Path, SourceState> look) {
        String source = entry == null ? null : entry.state().source();
        if (entry == null || source == null) {
            return null;
        }
        Path registered = claimants.getFirst().file().getFileSystem().getPath(source);
        if (claimants.stream().anyMatch(claimant -> claimant.file().equals(registered))) {
            return registered;
        }
        boolean superseded = entry.isStale() || isManifest.test(registered)
                || claimants.stream()
                        .anyMatch(claimant -> passesBy(claimant.file(), registered)
                                || passesBy(registered, claimant.file()));
        return superseded || look.apply(registered) == SourceState.GONE ? null : registered;
    }

    /** Whether these are the two files of one repository, of which at most one is looked at: the other one cannot count. */
    private static boolean passesBy(Path atRoot, Path registered) {
        Path folder = atRoot.getParent();
        return folder != null && registered.equals(folder.resolve("infra").resolve(atRoot.getFileName()));
    }
}
