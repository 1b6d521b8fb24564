package dev.asmp.registry;

import dev.asmp.document.IoReason;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the catalog of a start from the registry's files. What cannot be used is told of and left where it is. */
record RegistryLoader(RegistryFiles files, String host, Instant now, Consumer<String> warnings) {
    /** One file of the index, read: its entry, or why there is none. */
    private record Loaded(String name, @Nullable Entry entry, Reloaded.@Nullable Problem problem) {}

    Catalog load() throws IOException {
        Catalog loaded = withEntries(Catalog.EMPTY.withSeen(files.readSeen()));
        files.remember(loaded.entries(), false);
        return withTakeovers(withRemovals(withProposals(loaded)));
    }

    private Catalog withEntries(Catalog catalog) throws IOException {
        Map<String, Entry> snapshot = files.readSnapshot(host);
        List<Loaded> read = files.folder().names().parallelStream().map(name -> load(name, snapshot.get(name)))
                .toList();
        // Of names that differ only in case, the one that was known before keeps its place.
        Catalog loaded = catalog;
        for (Loaded file : Stream.concat(read.stream().filter(this::isRemembered),
                read.stream().filter(file -> !isRemembered(file))).toList()) {
            loaded = with(loaded, file);
        }
        return loaded;
    }

    private boolean isRemembered(Loaded file) {
        return files.history().of(file.name) != null;
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
        if (known != null && known.stamp().equals(files.folder().stamp(name))
                && known.state().generation() >= files.history().generationOf(name)) {
            return known;
        }
        return files.read(name, host, now);
    }

    private Catalog with(Catalog loaded, Loaded file) {
        String twin = loaded.nameInAnyCase(file.name);
        if (file.problem != null) {
            warnings.accept("broken index file " + file.problem.path() + ": " + file.problem.error());
        } else if (twin != null) {
            warnings.accept("index file " + files.folder().path(file.name) + " is left out: its name differs only"
                    + " in case from '" + twin + "'");
        } else if (file.entry != null) {
            return loaded.with(file.entry);
        }
        return loaded;
    }

    private Catalog withProposals(Catalog catalog) throws IOException {
        Catalog loaded = catalog;
        for (Proposal proposal : files.readProposals(host, now, warnings)) {
            Entry entry = loaded.find(proposal.name());
            if (entry != null && proposal.isInService(entry)) {
                deleteProposal(proposal); // a crash came between approving and deleting it
            } else {
                loaded = loaded.withProposal(proposal);
            }
        }
        return loaded;
    }

    private void deleteProposal(Proposal proposal) {
        try {
            files.deleteProposals(Set.of(proposal.name()));
        } catch (IOException e) {
            warnings.accept("cannot delete the approved proposal of '" + proposal.name() + "': " + IoReason.of(e));
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

    private Catalog withTakeovers(Catalog catalog) throws IOException {
        Catalog loaded = catalog;
        for (Takeover takeover : files.readTakeovers(host, now, warnings)) {
            loaded = loaded.withTakeover(takeover);
        }
        return loaded;
    }
}
