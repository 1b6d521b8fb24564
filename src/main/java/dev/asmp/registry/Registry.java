package dev.asmp.registry;

import dev.asmp.document.Document;
import dev.asmp.document.HeapCost;
import dev.asmp.document.IoReason;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Mod;
import dev.asmp.store.BatchWriter;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The services of this host.
 *
 * <pre>
 *   announce, sight, reload … → queue → {@link RegistryWriter}
 *                                         {@link HandEdits}    what a person wrote, into the {@link EntryBatch}
 *                                         deciders      the batch, in memory only
 *                                         {@link RegistryFiles}  on disk
 *                                         {@link Catalog}        the next one
 *   find, list, capabilities … ←──────── one volatile field
 * </pre>
 *
 * Changes that gather while the writer is busy are decided in order and saved together. A change is answered when it is on disk
 * and visible, never before. Readers take the current catalog and wait for nothing.
 */
public final class Registry implements AutoCloseable {
    /** What reading an index file takes that is not in memory, in most cases. */
    private static final long READ = 8 * 1024;
    private static final long AMPLIFIED = 2;

    private final RegistryFiles files;
    private final RegistryClock clock;
    private final Supplier<HostProfile> profile;
    private final Consumer<String> warnings;
    private final RegistryWriter writer;
    private final BatchWriter<RegistryChange<?>> queue;
    private volatile List<Reloaded.Problem> problems;

    /** Opens the registry over its folders and loads the index. */
    public Registry(Path servicesFolder, Path stateFolder, RegistryClock clock, Supplier<HostProfile> profile,
            RegistryBudgets budgets, Consumer<EntryChange> listener, Consumer<String> warnings) throws IOException {
        this.files = new RegistryFiles(servicesFolder, stateFolder, budgets.names());
        this.clock = clock;
        this.profile = profile;
        this.warnings = warnings;
        RegistryLoader loader = new RegistryLoader(files, profile.get().hostId(), clock.now(), budgets.entries(),
                warnings);
        Catalog loaded = loader.load(Catalog.empty(budgets.answers()));
        this.problems = List.copyOf(loader.problems());
        this.writer = new RegistryWriter(loaded, files, clock, profile, budgets.entries(), listener, warnings);
        this.queue = new BatchWriter<>("registry-writer", writer, budgets.queue(), warnings);
        queue.start();
    }

    /** Runs something after each batch, on the writer's thread: it must return at once. */
    public void whenPublished(Runnable told) {
        writer.whenPublished(told);
    }

    /** A number that grows with each change that may let in what was refused before. */
    public long freed() {
        return writer.freed();
    }

    /** The registry as it is now. */
    public Catalog catalog() {
        return writer.catalog();
    }

    /** The index file of a name, whether or not it is there. */
    public Path pathOf(String name) {
        return files.folder().path(name);
    }

    /** The failure of the last attempt to write; null if it succeeded. */
    public @Nullable IOException writeFailure() {
        return writer.failure();
    }

    /** The files of the index that the start or the last reload left out. */
    public List<Reloaded.Problem> problems() {
        return problems;
    }

    /** How many files of the index were written or removed since the start. */
    public long filesWritten() {
        return files.written();
    }

    /** Takes an announcement; returns the entry or the proposal that is now on disk. */
    public ServiceRecord announce(Claim.Announcement claim) {
        return submit(RegistryChange.of(claim.manifest().name(), bytes(claim.manifest()),
                batch -> new ClaimDecider(batch).announce(claim)).rendering(List.of(claim.manifest())));
    }

    /** Takes a registration, which replaces an entry of its name. */
    public ServiceRecord register(Claim.Registration claim) {
        return submit(RegistryChange.of(claim.manifest().name(), bytes(claim.manifest()),
                batch -> new ClaimDecider(batch).register(claim)).rendering(List.of(claim.manifest())));
    }

    /** Changes a manifest by a merge patch. */
    public ServiceRecord patch(String name, Document patch, Precondition precondition) {
        return submit(RegistryChange.of(name, HeapCost.of(patch) + bytesOf(name),
                batch -> new EditDecider(batch).patch(name, patch, precondition)));
    }

    /** Takes a service out of the registry; returns what it was. */
    public ServiceRecord remove(String name, Precondition precondition, boolean byOwner) {
        return submit(RegistryChange.of(name, 0,
                batch -> new EditDecider(batch).remove(name, precondition, byOwner)));
    }

    /** Attaches a mod to a service. */
    public ServiceRecord attach(String name, Mod mod) {
        return submit(RegistryChange.of(name, HeapCost.of(mod.document()) + bytesOf(name),
                batch -> new EditDecider(batch).attach(name, mod)));
    }

    /** Takes a mod off a service. */
    public ServiceRecord detach(String name, String mod) {
        return submit(RegistryChange.of(name, bytesOf(name),
                batch -> new EditDecider(batch).detach(name, mod)));
    }

    /** Puts what the owner was shown, named by its digest, into service. */
    public ServiceRecord approve(String name, String digest) {
        return submit(RegistryChange.of(name, bytesOf(name),
                batch -> new OwnerDecider(batch).approve(name, digest)));
    }

    /** Keeps what the owner was shown as rejected. */
    public ServiceRecord reject(String name, String digest, @Nullable String note) {
        return submit(RegistryChange.of(name, bytesOf(name),
                batch -> new OwnerDecider(batch).reject(name, digest, note)));
    }

    /** Ends an announcement of this generation; one of approved content only for the owner. */
    public ServiceRecord sayGoodbye(String name, long generation, @Nullable String reason, boolean byOwner) {
        return submit(RegistryChange.of(name, bytesOf(name),
                batch -> new ClaimDecider(batch).sayGoodbye(name, generation, reason, byOwner)));
    }

    /** Puts back what another source replaced. */
    public ServiceRecord undo(String name) {
        return submit(RegistryChange.of(name, bytesOf(name),
                batch -> new OwnerDecider(batch).undo(name)));
    }

    /** Takes what a scan found. One that is refused does not keep out the others. */
    public Sightings sight(Collection<Claim.Sighting> claims) {
        Sightings all = new Sightings();
        RegistryChange.inParts(claims, claim -> bytes(claim.manifest()), part -> all.add(sightPart(part)));
        return all;
    }

    private Sightings sightPart(List<Claim.Sighting> claims) {
        List<String> names = claims.stream().map(claim -> claim.manifest().name()).toList();
        return submit(RegistryChange.of(names, batch -> new ClaimDecider(batch).sight(claims), (sightings, failed) -> {
            failed.forEach((name, why) -> {
                if (sightings.accepted().remove(name) != null) {
                    sightings.refused().put(name, RegistryChange.notSaved(why));
                }
            });
            return sightings;
        }).rendering(claims.stream().map(Claim.Sighting::manifest).toList()));
    }

    /** Marks entries as stale, each only while it is still the one that was looked at; returns how many were. */
    public int markStale(Collection<Entry> looked) {
        AtomicInteger count = new AtomicInteger();
        RegistryChange.inParts(looked, entry -> AMPLIFIED * entry.heapBytes(), part -> {
            List<String> names = part.stream().map(Entry::name).toList();
            count.addAndGet(submit(RegistryChange.of(names, batch -> new ClaimDecider(batch).markStale(part),
                    (marked, failed) -> marked.stream().filter(name -> !failed.containsKey(name)).toList())).size());
        });
        return count.get();
    }

    /** Remembers that every scanned entry was seen at this moment, except these. */
    public void seen(Instant at, Collection<Entry> unseen) {
        submit(RegistryChange.of(List.of(), batch -> new ClaimDecider(batch).see(at, unseen), (seen, _) -> seen));
    }

    /** Reads what was changed in the index folder by hand, some files at a time, so that other changes come between. */
    public Reloaded reload() {
        List<Reloaded.Problem> found = new ArrayList<>();
        RegistryChange.inParts(namesInMemoryAndOnDisk(), name -> READ + bytesOf(name),
                names -> submit(new RegistryChange<>(0,
                        edits -> edits.takeInAll(names, found::add), _ -> names, (read, _) -> read)));
        found.addAll(setAside());
        problems = List.copyOf(found);
        return submit(RegistryChange.of(List.of(), batch -> {
            batch.rehost();
            return new Reloaded(batch.catalog().size(), found);
        }, (reloaded, _) -> reloaded));
    }

    private List<Reloaded.Problem> setAside() {
        try {
            return RegistryLoader.setAside(files);
        } catch (IOException _) {
            return List.of(); // the folder was read just before
        }
    }

    /** Names in memory come first, so that a file that is gone makes room for one whose name differs only in case. */
    private Set<String> namesInMemoryAndOnDisk() {
        try {
            Set<String> names = new LinkedHashSet<>();
            catalog().entries().forEach(entry -> names.add(entry.name()));
            names.addAll(files.folder().names());
            return names;
        } catch (IOException e) {
            throw new RefusedException(RefusedException.Reason.UNAVAILABLE,
                    "the index folder cannot be read: " + IoReason.of(e));
        }
    }

    /** The entries whose announcement has ended and that are not stale yet. */
    public List<Entry> expired() {
        return catalog().expiredAt(clock.running());
    }

    /** The time until the next announcement ends; null where none ends. */
    public @Nullable Duration untilExpiry() {
        Instant next = catalog().nextExpiry();
        return next == null ? null : Duration.between(clock.running(), next);
    }

    /** What a change by this manifest holds until it is answered: the manifest parsed, rendered, and written. */
    private static long bytes(Manifest manifest) {
        return HeapCost.of(manifest.document()) * 3;
    }

    /** What a change of the entry under this name holds: it is parsed, rendered and written again. */
    private long bytesOf(String name) {
        Catalog now = catalog();
        Entry entry = now.find(name);
        Proposal proposal = now.proposal(name);
        return AMPLIFIED * ((entry == null ? 0 : entry.heapBytes())
                + (proposal == null ? 0 : proposal.entry().heapBytes()));
    }

    private <R> R submit(RegistryChange<R> change) {
        queue.submit(change);
        return change.await();
    }

    /** Why a file that a scan found is not in service, where the registry knows it already; null where it does not. */
    public @Nullable String whyNotInService(String name, String source, String digest) {
        Catalog now = catalog();
        Proposal proposal = now.proposal(name);
        if (proposal != null && proposal.isFrom(source, digest)) {
            boolean matters = profile.get().policy().requiresApproval();
            return !matters ? null : proposal.isPending() ? Proposal.WAITS : proposal.refusal();
        }
        return now.find(name) == null && now.wasRemoved(name, digest) ? ClaimDecider.removed(name) : null;
    }

    /** Whether a sighting of this file with this content changes nothing, as long as the index file was not deleted by hand. */
    public boolean isUnchanged(Entry entry, String source, String digest) {
        return Merge.isUnchanged(entry, source, digest, clock.running()) && files.has(entry.name());
    }

    /** Finishes what was handed in, takes no more, and leaves a snapshot behind. */
    @Override
    public void close() {
        queue.close();
        if (!queue.hasEnded()) {
            warnings.accept("the last changes are still being saved; the next start reads all files");
            return;
        }
        try {
            files.writeSnapshot(profile.get().hostId(), catalog().entries(), clock.now());
        } catch (IOException e) {
            warnings.accept("cannot write to the state folder: " + IoReason.of(e));
        }
    }
}
