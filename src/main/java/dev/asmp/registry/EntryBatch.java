package dev.asmp.registry;

import dev.asmp.document.FileStamp;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Policy;
import dev.asmp.store.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one batch while they are decided, in memory only: the catalog as it will be, and the files that make it true.
 */
final class EntryBatch {
    private final Catalog before;
    private final Generations history;
    private final Policy policy;
    private final String host;
    private final Moment now;
    private final long budget;
    private final Map<String, RefusedException> blocked = new HashMap<>();
    private final BatchFiles files = BatchFiles.none();
    private final Set<String> takenIn = new LinkedHashSet<>();
    private final Set<String> deleted = new LinkedHashSet<>();
    private final Map<String, Long> reached = new HashMap<>();
    private final List<EntryChange> changes = new ArrayList<>();
    private final IdentityHashMap<Manifest, RenderedEntry> rendered = new IdentityHashMap<>();
    private Catalog catalog;
    private @Nullable LastSeen seen;
    private boolean edited;

    /** The generation that a name had reached when the batch began; 0 for a new one. */
    @FunctionalInterface
    interface Generations {
        long of(String name);
    }

    EntryBatch(Catalog before, Generations history, Policy policy, String host, Moment now,
            long budget) {
        this.before = before;
        this.catalog = before;
        this.history = history;
        this.policy = policy;
        this.host = host;
        this.now = now;
        this.budget = budget;
    }

    Policy policy() {
        return policy;
    }

    String host() {
        return host;
    }

    Moment now() {
        return now;
    }

    Catalog before() {
        return before;
    }

    /** The catalog with all that was decided so far. */
    Catalog catalog() {
        return catalog;
    }

    /** The files to write and to delete. */
    BatchFiles files() {
        return files;
    }

    /** Names whose file was edited, and is not written by this batch. */
    Set<String> takenIn() {
        return takenIn;
    }

    /** Names whose file was deleted by hand. */
    Set<String> deleted() {
        return deleted;
    }

    /** The generations of names whose proposal was taken back, its own included: none is given twice. */
    Map<String, Long> reached() {
        return reached;
    }

    /** Whether files were edited or deleted by hand. */
    boolean hasHandEdits() {
        return edited;
    }

    List<EntryChange> changes() {
        return changes;
    }

    /** When entries were last seen, if a scan said so. */
    @Nullable
    LastSeen seen() {
        return seen;
    }

    /** The entry of this name; a name that is blocked, or differs from another only in case, is refused. */
    @Nullable
    Entry current(String name) {
        RefusedException block = blocked.get(name);
        if (block != null) {
            throw block;
        }
        String twin = twinOf(name);
        if (twin != null) {
            throw new RefusedException(RefusedException.Reason.CONFLICT,
                    "the name '" + name + "' differs only in case from the registered '" + twin + "'");
        }
        return catalog.find(name);
    }

    /** The name in use that differs from this one in case only, or null. */
    @Nullable
    String twinOf(String name) {
        String taken = catalog.nameInAnyCase(name);
        return taken == null || taken.equals(name) ? null : taken;
    }

    /** The generation that a name has reached, in service or proposed, whether or not it is registered now. */
    long lastGeneration(String name) {
        NameHistory.Last removal = files.removals().get(name);
        Proposal proposal = catalog.proposal(name);
        long known = Math.max(history.of(name), removal == null ? 0 : removal.generation());
        return Math.max(known, Math.max(generation(catalog.find(name)),
                generation(proposal == null ? null : proposal.entry())));
    }

    private static long generation(@Nullable Entry entry) {
        return entry == null ? 0 : entry.state().generation();
    }

    /** Puts this into service; returns the new entry. */
    Entry put(Merge.Next decided, EntryChange.@Nullable Kind kind) {
        Entry previous = catalog.find(decided.manifest().name());
        Merge.Next next = decided.after(previous);
        Entry entry = entry(next);
        Catalog with = fitting(catalog.with(entry));
        files.writes().put(entry.name(), EntryCodec.write(next.manifest(), next.mods(), next.state(), host, now));
        files.removals().remove(entry.name());
        catalog = with;
        tell(kind, entry, previous);
        return entry;
    }

    /** Puts this into service, and keeps what it takes the name over from. */
    Entry takeOver(Entry old, Merge.Next next, EntryChange.@Nullable Kind kind) {
        Takeover takeover = new Takeover(old, next.state().generation());
        byte[] file = EntryCodec.write(takeover, now);
        fitting(catalog.withTakeover(takeover).with(entry(next)));
        Entry entry = put(next, kind);
        files.kept().put(old.name(), file);
        files.forgotten().remove(old.name());
        catalog = catalog.withTakeover(takeover);
        return entry;
    }

    /** Forgets what was replaced under a name. */
    void forgetTakeover(String name) {
        if (catalog.takeover(name) != null) {
            files.kept().remove(name);
            files.forgotten().add(name);
            catalog = catalog.withoutTakeover(name);
        }
    }

    /** Puts a stale entry, for a reason that its service gave. */
    Entry putStale(Merge.Next next, @Nullable String reason) {
        Entry entry = put(next, null);
        changes.add(new EntryChange(EntryChange.Kind.STALE, entry, null, reason));
        return entry;
    }

    /** Proposes this to the owner, or keeps it as rejected; returns the new proposal. */
    Proposal propose(Merge.Next next, Instant since, @Nullable String note, EntryChange.@Nullable Kind kind) {
        Entry entry = entry(next);
        Proposal proposal = new Proposal(entry, ContentDigest.of(next.manifest().document(), next.mods()), since, note);
        Catalog with = fitting(catalog.withProposal(proposal));
        files.proposed().put(entry.name(),
                EntryCodec.write(next.manifest(), next.mods(), next.state(), host, now, since, note));
        files.withdrawn().remove(entry.name());
        catalog = with;
        tell(kind, entry, null);
        return proposal;
    }

    /** Passes on a catalog that is no larger than the last one, or within the budget. */
    private Catalog fitting(Catalog next) {
        if (next.heapBytes() > budget && next.heapBytes() > catalog.heapBytes()) {
            throw Admission.indexIsFull(catalog.heapBytes(), budget);
        }
        return next;
    }

    /** Takes what manifests look like without mods, where that is known. */
    void use(IdentityHashMap<Manifest, RenderedEntry> known) {
        rendered.putAll(known);
    }

    private Entry entry(Merge.Next next) {
        RenderedEntry text = next.mods().isEmpty() ? rendered.get(next.manifest()) : null;
        return new Entry(text == null ? RenderedEntry.of(next.manifest(), next.mods()) : text, next.state(), host,
                FileStamp.UNKNOWN);
    }

    /** Takes back what was proposed under a name. */
    void withdraw(String name) {
        files.proposed().remove(name);
        reached.put(name, lastGeneration(name));
        if (before.proposal(name) != null) {
            files.withdrawn().add(name);
        }
        catalog = catalog.withoutProposal(name);
    }

    /** Takes a name out of service; a source file with this digest does not bring it back. */
    void remove(Entry entry, @Nullable String sourceDigest) {
        NameHistory.Last removal = NameHistory.Last.removed(lastGeneration(entry.name()), sourceDigest);
        files.removals().put(entry.name(), removal);
        files.writes().remove(entry.name());
        takenIn.remove(entry.name());
        catalog = catalog.without(entry.name()).withRemoval(entry.name(), removal);
        forgetTakeover(entry.name());
        tell(EntryChange.Kind.REMOVED, entry, null);
    }

    private void tell(EntryChange.@Nullable Kind kind, Entry entry, @Nullable Entry previous) {
        if (kind != null) {
            changes.add(new EntryChange(kind, entry, previous, null));
        }
    }

    /** Sets when entries were last seen by a scan. */
    void see(LastSeen next) {
        seen = next;
        catalog = catalog.withSeen(next);
    }

    /** Gives all entries the host's name as it is now. */
    void rehost() {
        for (Entry entry : before.entries()) {
            Entry current = catalog.find(entry.name());
            if (current != null && !current.host().equals(host)) {
                catalog = catalog.with(current.withHost(host));
            }
        }
    }

    /** Refuses all changes of a name in this batch. */
    void block(String name, RefusedException why) {
        blocked.put(name, why);
    }

    /** Writes an entry as it is known, in the place of a file that could not be used. */
    void writeAgain(String name) {
        Entry known = catalog.find(name);
        if (known != null) {
            put(new Merge.Next(known.manifest(), known.mods(), known.state(), false), null);
        }
    }

    /** Takes in that a file is gone. */
    void takeInDeletion(Entry known) {
        edited = true;
        catalog = catalog.without(known.name());
        takenIn.remove(known.name());
        deleted.add(known.name());
        tell(EntryChange.Kind.DELETED, known, null);
    }

    /** Takes in a file that was edited. */
    void takeIn(@Nullable Entry known, Entry read) {
        catalog = fitting(catalog.with(read));
        edited = true;
        takenIn.add(read.name());
        Proposal proposal = catalog.proposal(read.name());
        if (proposal != null && proposal.isInService(read)) {
            withdraw(read.name()); // as a restart would
        }
        if (known == null) {
            tell(EntryChange.Kind.REGISTERED, read, null);
        } else if (!known.fingerprint().equals(read.fingerprint())) {
            tell(EntryChange.Kind.CHANGED, read, known);
        }
    }
}
