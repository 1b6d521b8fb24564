package dev.asmp.registry;

import dev.asmp.document.IoReason;
import dev.asmp.manifest.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the catalog of a start from the registry's files. What cannot be used, or does not fit into memory, is told of and left
 * where it is.
 */
final class RegistryLoader {
    /** So many files are read at a time, in parallel: few, because each may be large. */
    private static final int CHUNK = 32;
    /** Less than any entry takes. */
    private static final int SMALLEST = 900;
    /** So many problems are told of one by one. */
    private static final int TOLD = 100;

    private final RegistryFiles files;
    private final String host;
    private final Moment now;
    private final long budget;
    private final Consumer<String> warnings;
    private final List<Reloaded.Problem> problems = new ArrayList<>();
    private int untold;

    /** One file of the index, read: its entry, or why there is none. */
    private record Loaded(String name, @Nullable Entry entry, Reloaded.@Nullable Problem problem) {}

    RegistryLoader(RegistryFiles files, String host, Moment now, long budget, Consumer<String> warnings) {
        this.files = files;
        this.host = host;
        this.now = now;
        this.budget = budget;
        this.warnings = warnings;
    }

    Catalog load(Catalog empty) throws IOException {
        Catalog loaded = withEntries(empty.withSeen(files.readSeen()));
        Catalog entries = loaded;
        files.history().settle(name -> entries.find(name) != null);
        files.remember(loaded.entries(), Map.of(), false);
        loaded = withTakeovers(withRemovals(withProposals(loaded)));
        setAside(files).forEach(file -> leaveOut(file.path() + " " + file.error(), file));
        if (untold > 0) {
            warnings.accept(untold + " more files of the index were left out");
        }
        return loaded;
    }

    /** The index files that were set aside earlier, and wait for a person. */
    static List<Reloaded.Problem> setAside(RegistryFiles files) throws IOException {
        return files.folder().broken().stream().limit(TOLD).map(file -> new Reloaded.Problem(file.toString(),
                "was set aside because it could not be read; mend and rename it, or delete it")).toList();
    }

    /** The files that were left out, as far as each was told of. */
    List<Reloaded.Problem> problems() {
        return problems;
    }

    private void leaveOut(String message, Reloaded.Problem problem) {
        if (problems.size() < TOLD) {
            problems.add(problem);
            warnings.accept(message);
        } else {
            untold++;
        }
    }

    private Catalog withEntries(Catalog catalog) throws IOException {
        Map<String, Entry> snapshot = new ConcurrentHashMap<>(files.readSnapshot(host, now, budget));
        // Of names that differ only in case, the one that was known before keeps its place.
        List<String> names = files.folder().names().stream()
                .sorted(Comparator.comparing((String name) -> files.history().of(name) == null)).toList();
        Catalog loaded = catalog;
        for (int i = 0; i < names.size(); i += CHUNK) {
            if (loaded.heapBytes() > budget - SMALLEST) {
                untold += names.size() - i;
                break;
            }
            List<Loaded> read = names.subList(i, Math.min(i + CHUNK, names.size())).parallelStream()
                    .map(name -> load(name, snapshot.remove(name))).toList();
            for (Loaded file : read) {
                loaded = with(loaded, file);
            }
        }
        return loaded;
    }

    private Loaded load(String name, @Nullable Entry known) {
        try {
            return new Loaded(name, readUnlessKnown(name, known), null);
        } catch (IOException | RuntimeException e) {
            return new Loaded(name, null, Reloaded.Problem.of(files.folder().path(name), e));
        }
    }

    /** Takes an entry from the snapshot if its file is still the same, else reads the file. */
    private Entry readUnlessKnown(String name, @Nullable Entry known) throws IOException {
        NameHistory.Last last = files.history().of(name);
        if (known != null && known.stamp().equals(files.folder().stamp(name))
                && (last == null || known.state().generation() >= last.generation()
                        || known.state().generation() >= last.generationOf(known.fingerprint()))) {
            return known;
        }
        return files.read(name, host, now);
    }

    private Catalog with(Catalog loaded, Loaded file) {
        Path path = files.folder().path(file.name);
        String twin = loaded.nameInAnyCase(file.name);
        if (file.problem != null) {
            leaveOut("broken index file " + path + ": " + file.problem.error(), file.problem);
        } else if (twin != null) {
            String why = "its name differs only in case from '" + twin + "'";
            leaveOut("index file " + path + " is left out: " + why, new Reloaded.Problem(path.toString(), why));
        } else if (file.entry != null) {
            return fitting(loaded, loaded.with(file.entry), path);
        }
        return loaded;
    }

    /** Passes on a catalog within the budget, else the one before. */
    private Catalog fitting(Catalog before, Catalog next, Path file) {
        if (next.heapBytes() <= budget) {
            return next;
        }
        String why = String.valueOf(Admission.indexIsFull(before.heapBytes(), budget).getMessage());
        leaveOut(file + " is left out: " + why, new Reloaded.Problem(file.toString(), why));
        return before;
    }

    private Catalog withProposals(Catalog catalog) throws IOException {
        Catalog loaded = catalog;
        for (String name : files.pending().names()) {
            try {
                Proposal proposal = files.proposal(name, host, now);
                loaded = proposal == null ? loaded : with(loaded, proposal);
            } catch (IOException | RuntimeException e) {
                warnings.accept("broken proposal " + files.pending().path(name) + ": " + IoReason.of(e));
            }
        }
        return loaded;
    }

    private Catalog with(Catalog loaded, Proposal proposal) {
        Entry entry = loaded.find(proposal.name());
        if (entry != null && proposal.isInService(entry)) {
            deleteProposal(proposal); // a crash came between approving and deleting it
            return loaded;
        }
        return fitting(loaded, loaded.withProposal(proposal), files.pending().path(proposal.name()));
    }

    private void deleteProposal(Proposal proposal) {
        IOException failure = files.deleteProposals(Set.of(proposal.name())).failed();
        if (failure != null) {
            warnings.accept(
                    "cannot delete the approved proposal of '" + proposal.name() + "': " + IoReason.of(failure));
        }
    }

    private Catalog withRemovals(Catalog catalog) {
        Catalog loaded = catalog;
        for (var removal : files.history().removals().entrySet()) {
            if (loaded.find(removal.getKey()) == null) {
                loaded = loaded.withRemoval(removal.getKey(), removal.getValue());
            }
        }
        return loaded;
    }

    private Catalog with(Catalog loaded, Takeover takeover) {
        Entry entry = loaded.find(takeover.name());
        if (entry != null && entry.state().generation() < takeover.generation()) {
            files.deleteTakeovers(Set.of(takeover.name())); // a crash came before the takeover; the next start tries again
            return loaded;
        }
        return fitting(loaded, loaded.withTakeover(takeover), files.replaced().path(takeover.name()));
    }

    private Catalog withTakeovers(Catalog catalog) throws IOException {
        Catalog loaded = catalog;
        for (String name : files.replaced().names()) {
            try {
                loaded = with(loaded, files.takeover(name, host, now));
            } catch (IOException | RuntimeException e) {
                warnings.accept("broken file " + files.replaced().path(name) + ": " + IoReason.of(e));
            }
        }
        return loaded;
    }
}
