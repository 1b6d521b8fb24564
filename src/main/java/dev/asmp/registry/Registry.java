package dev.asmp.registry;

import dev.asmp.document.Document;
import dev.asmp.document.FileStamp;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Mod;
import dev.asmp.store.BatchWriter;
import dev.asmp.store.DocumentFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one truth about the services of this host.
 *
 * <pre>
 *   announce, sight, reload, expire …  → queue → one writer: decide → files on disk → new Catalog → answer
 *   find, list, capabilities …         ←──────────────────────────────── one volatile field
 * </pre>
 *
 * Changes that gather while the writer is busy are decided in order and persisted together. A change is answered when it is
 * on disk and visible, never before. Readers take the current catalog and wait for nothing.
 */
public final class Registry implements AutoCloseable {
    private static final String WAITS = "waits for the owner's approval (asmp pending shows it)";

    private final RegistryFiles index;
    private final InstantSource clock;
    private final Supplier<HostProfile> profile;
    private final Consumer<EntryChange> listener;
    private final Consumer<String> warnings;
    private final BatchWriter<EntryBatch, Map<String, IOException>> writer;
    private final LongAdder filesWritten = new LongAdder();
    private volatile Catalog catalog;

    /** How a sighting ended. */
    public enum Sighted {
        /** New to the index, or now from another source. */
        REGISTERED,
        /** Known already. */
        UPDATED
    }

    /** The outcome of sightings: by name how each ended, or why it did not. */
    public record Sightings(Map<String, Sighted> accepted, Map<String, String> refused) {}

    /** The outcome of a reload: what is there now, and which files could not be used. */
    public record Reloaded(int total, List<Problem> problems) {
        /** A file of the index that cannot be used, and why. */
        public record Problem(String path, String error) {}
    }

    /** Opens the registry over its folders and loads the index. */
    public Registry(Path servicesFolder, Path stateFolder, InstantSource clock, Supplier<HostProfile> profile,
            Consumer<EntryChange> listener, Consumer<String> warnings) throws IOException {
        this.index = new RegistryFiles(servicesFolder, stateFolder);
        this.clock = clock;
        this.profile = profile;
        this.listener = listener;
        this.warnings = warnings;
        this.catalog = load();
        this.writer = new BatchWriter<>("registry-writer", this::process,
                () -> new RefusedException(RefusedException.Reason.UNAVAILABLE, "the registry is stopping"), warnings);
        writer.start();
    }

    /** The registry as it is now. */
    public Catalog catalog() {
        return catalog;
    }

    /** The index file of a name, whether or not it is there. */
    public Path pathOf(String name) {
        return index.folder().path(name);
    }

    /** How many files of the index were written or removed since the start. */
    public long filesWritten() {
        return filesWritten.sum();
    }

    /** Takes an announce; returns how the service stands when it is on disk. */
    public ServiceRecord announce(Claim.Announcement claim) {
        return change(intake -> intake.announce(claim));
    }

    /** Takes a registration, which replaces an entry of its name. */
    public ServiceRecord register(Claim.Registration claim) {
        return change(intake -> intake.register(claim));
    }

    /** Changes a manifest by a merge patch. */
    public ServiceRecord patch(String name, Document patch, Precondition precondition) {
        return change(intake -> intake.patch(name, patch, precondition));
    }

    /** Takes a service out of the registry; returns what it was. */
    public ServiceRecord remove(String name, Precondition precondition, boolean byOwner) {
        return change(intake -> intake.remove(name, precondition, byOwner));
    }

    /** Attaches a mod to a service. */
    public ServiceRecord attach(String name, Mod mod) {
        return change(intake -> intake.attach(name, mod));
    }

    /** Takes a mod off a service. */
    public ServiceRecord detach(String name, String mod) {
        return change(intake -> intake.detach(name, mod));
    }

    /** Puts what the owner was shown, by its digest, into service. */
    public ServiceRecord approve(String name, String digest) {
        return writer.submit(draft -> new Approvals(draft, profile.get().policy()).approve(name, digest),
                Registry::unlessFailed);
    }

    /** Remembers that the owner does not want what was shown. */
    public ServiceRecord reject(String name, String digest, @Nullable String note) {
        return writer.submit(draft -> new Approvals(draft, profile.get().policy()).reject(name, digest, note),
                Registry::unlessFailed);
    }

    private ServiceRecord change(Function<Decider, ServiceRecord> decide) {
        return writer.submit(draft -> decide.apply(new Decider(draft, profile.get().policy())),
                Registry::unlessFailed);
    }

    private static ServiceRecord unlessFailed(ServiceRecord standing, Map<String, IOException> failed) {
        IOException why = failed.get(standing.name());
        if (why != null) {
            throw new RefusedException(RefusedException.Reason.UNAVAILABLE,
                    "could not be put on disk: " + why.getMessage());
        }
        return standing;
    }

    /** Takes what a scan found. One that is refused does not keep out the others. */
    public Sightings sight(Collection<Claim.Sighting> claims) {
        return writer.submit(draft -> {
            Sightings outcome = new Sightings(new LinkedHashMap<>(), new LinkedHashMap<>());
            claims.forEach(claim -> sight(claim, draft, outcome));
            return outcome;
        }, (outcome, failed) -> {
            failed.forEach((name, why) -> {
                if (outcome.accepted.remove(name) != null) {
                    outcome.refused.put(name, "could not be put on disk: " + why.getMessage());
                }
            });
            return outcome;
        });
    }

    private void sight(Claim.Sighting claim, EntryBatch draft, Sightings outcome) {
        String name = claim.manifest().name();
        try {
            Entry before = draft.current(name);
            ServiceRecord standing = new Decider(draft, profile.get().policy()).sight(claim);
            if (standing instanceof Proposal) {
                outcome.refused.put(name, WAITS);
            } else {
                boolean sameSource = before != null && claim.source().toString().equals(before.state().source());
                outcome.accepted.put(name, sameSource ? Sighted.UPDATED : Sighted.REGISTERED);
            }
        } catch (RefusedException | InvalidDocumentException e) {
            outcome.refused.put(name, String.valueOf(e.getMessage()));
        }
    }

    /** Why a file that a scan found is not in service, where the registry knows it already; null where it does not. */
    public @Nullable String whyNotInService(String name, String source, String digest) {
        Catalog now = catalog;
        Proposal proposal = now.proposal(name);
        if (proposal != null && proposal.isFrom(source, digest)) {
            boolean matters = profile.get().policy().requiresApproval();
            return !matters ? null : proposal.isPending() ? WAITS : proposal.refusal();
        }
        return now.find(name) == null && now.wasRemoved(name, digest) ? Decider.removed(name) : null;
    }

    /** Marks entries as stale, each only if it is still the one that was looked at; returns how many were. */
    public int markStale(Collection<Entry> looked) {
        return writer.submit(draft -> {
            List<String> marked = new ArrayList<>();
            for (Entry entry : looked) {
                Entry current = draft.current(entry.name());
                if (current != null && !current.isStale()
                        && current.state().generation() == entry.state().generation()) {
                    Merge.Next next = Merge.stale(current, draft.catalog().lastSeen(current),
                            draft.lastGeneration(entry.name()));
                    draft.put(next, EntryChange.Kind.STALE);
                    marked.add(entry.name());
                }
            }
            return marked;
        }, (marked, failed) -> marked.size() - (int) marked.stream().filter(failed::containsKey).count());
    }

    /** Remembers that every scanned entry was seen at this moment, but for these. */
    public void seen(Instant at, Collection<Entry> unseen) {
        writer.submit(draft -> {
            Map<String, Instant> except = new LinkedHashMap<>();
            unseen.forEach(entry -> except.put(entry.name(), draft.before().lastSeen(entry)));
            draft.see(new LastSeen(at, except));
            return at;
        }, (done, _) -> done);
    }

    /** Reads what changed in the index folder by hand. */
    public Reloaded reload() {
        return writer.submit(draft -> {
            List<Reloaded.Problem> problems = new ArrayList<>();
            for (String name : namesInMemoryAndOnDisk(draft.catalog())) {
                RegistryFiles.Broken broken = draft.reload(name);
                if (broken != null) {
                    problems.add(new Reloaded.Problem(broken.path(), broken.error()));
                }
            }
            draft.rehost();
            return new Reloaded(draft.catalog().size(), problems);
        }, (reloaded, _) -> reloaded);
    }

    /** Names in memory come first, so that a file that is gone makes room for one whose name differs in case. */
    private Set<String> namesInMemoryAndOnDisk(Catalog current) {
        try {
            Set<String> names = new LinkedHashSet<>();
            current.entries().forEach(entry -> names.add(entry.name()));
            names.addAll(index.names());
            return names;
        } catch (IOException e) {
            throw new RefusedException(RefusedException.Reason.UNAVAILABLE,
                    "the index folder cannot be read: " + e.getMessage());
        }
    }

    /** Whether a sighting of this file with this content changes nothing, as long as the index file was not deleted by hand. */
    public boolean isUnchanged(Entry entry, String source, String digest) {
        return Merge.isUnchanged(entry, source, digest, clock.instant()) && hasFile(entry);
    }

    private boolean hasFile(Entry entry) {
        try {
            return index.stamp(entry.name()) != null;
        } catch (IOException _) {
            return true; // nobody can tell, so nothing is done about it
        }
    }

    /** Decides a batch, makes it true on disk, publishes it. Runs on the writer's thread only. */
    private Map<String, IOException> process(List<Consumer<EntryBatch>> decisions) {
        EntryBatch draft = new EntryBatch(catalog, index, profile.get().hostId(), clock.instant(), warnings);
        decisions.forEach(decision -> decision.accept(draft));
        Map<String, IOException> failed = new HashMap<>(index.pending().replace(draft.proposed()).failed());
        DocumentFolder.Outcome outcome = index.folder().replace(draft.writes());
        failed.putAll(outcome.failed());
        remove(draft.removals(), draft.withdrawn(), failed);
        filesWritten.add(draft.proposed().size() + (long) outcome.replaced().size() + draft.removals().size());
        Catalog next = draft.settled(outcome.replaced(), failed);
        remember(draft, next, outcome.replaced());
        catalog = next;
        withdraw(draft.withdrawn().stream().filter(name -> !failed.containsKey(name)).collect(Collectors.toSet()));
        draft.changes().forEach(listener);
        return failed;
    }

    /** Removes files; a scan could bring such an entry back, so the removal itself is on disk before it is answered. */
    private void remove(Map<String, NameHistory.Last> removals, Set<String> withdrawn,
            Map<String, IOException> failed) {
        if (removals.isEmpty()) {
            return;
        }
        try {
            index.folder().delete(removals.keySet());
            // One that was offered anew in the same batch keeps its proposal.
            index.pending().delete(removals.keySet().stream().filter(withdrawn::contains).collect(Collectors.toSet()));
            index.rememberRemovals(removals);
        } catch (IOException e) {
            removals.keySet().forEach(name -> failed.put(name, e));
        }
    }

    /** Forgets proposals that are in service now: one that stays behind says the same as its entry, and is seen to. */
    private void withdraw(Set<String> names) {
        try {
            if (!names.isEmpty()) {
                index.pending().delete(names);
            }
        } catch (IOException e) {
            warnings.accept("cannot delete from the folder of proposals: " + e.getMessage());
        }
    }

    private void remember(EntryBatch draft, Catalog next, Map<String, FileStamp> written) {
        try {
            index.remember(Stream.concat(written.keySet().stream(), draft.takenIn().keySet().stream()).map(next::find)
                    .flatMap(Stream::ofNullable).toList());
            LastSeen seen = draft.seen();
            if (seen != null) {
                index.writeSeen(seen);
            }
        } catch (IOException e) {
            // The entries themselves are safe; only a restart would know a little less.
            warnings.accept("cannot write to the state folder: " + e.getMessage());
        }
    }

    /** One file of the index, read: its entry, or why there is none. */
    private record Loaded(String name, @Nullable Entry entry, RegistryFiles.@Nullable Broken broken) {}

    private Catalog load() throws IOException {
        Instant now = clock.instant();
        String hostId = profile.get().hostId();
        Catalog loaded = Catalog.EMPTY.withSeen(index.readSeen());
        Map<String, Entry> snapshot = index.snapshot(hostId);
        List<Loaded> files = index.names().parallelStream().map(name -> load(name, snapshot.get(name), hostId, now))
                .toList();
        // Of names that differ only in case, the one that was known before keeps its place.
        for (Loaded file : Stream.concat(files.stream().filter(this::isRemembered),
                files.stream().filter(file -> !isRemembered(file))).toList()) {
            String twin = loaded.nameInAnyCase(file.name);
            if (file.broken != null) {
                warnings.accept("broken index file " + file.broken.path() + ": " + file.broken.error());
            } else if (twin != null) {
                warnings.accept("index file " + index.folder().path(file.name) + " is left out: its name differs only"
                        + " in case from '" + twin + "'");
            } else if (file.entry != null) {
                loaded = loaded.with(file.entry);
            }
        }
        index.remember(loaded.entries());
        for (Proposal proposal : index.proposals(hostId, now, warnings)) {
            Entry entry = loaded.find(proposal.name());
            boolean inService = entry != null && proposal.isPending()
                    && entry.contentDigest().equals(proposal.digest());
            if (inService) {
                withdraw(Set.of(proposal.name())); // a crash came between the two
            } else {
                loaded = loaded.withProposal(proposal);
            }
        }
        for (var removal : index.past().removals().entrySet()) {
            loaded = loaded.find(removal.getKey()) == null
                    ? loaded.withRemoval(removal.getKey(), removal.getValue())
                    : loaded;
        }
        return loaded;
    }

    private boolean isRemembered(Loaded file) {
        return index.past().of(file.name) != null;
    }

    private Loaded load(String name, @Nullable Entry known, String hostId, Instant now) {
        try {
            return new Loaded(name, index.readUnlessKnown(name, known, hostId, now), null);
        } catch (IOException | RuntimeException e) {
            return new Loaded(name, null, index.broken(name, e));
        }
    }

    /** Finishes what was accepted, then takes no more. */
    @Override
    public void close() {
        writer.close();
        try {
            index.writeSnapshot(profile.get().hostId(), catalog.entries());
        } catch (IOException e) {
            warnings.accept("cannot write to the state folder: " + e.getMessage());
        }
    }
}
