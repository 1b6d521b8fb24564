package dev.asmp.registry;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.SecretMask;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * The registry at one moment, immutable: the entries, and indexes over them.
 *
 * <pre>
 *   entries    name (in any case) → Entry         in service
 *     └── indexes                                 by capability, by port, by the end of an announcement
 *   proposals  name → Proposal                    pending, or rejected by the owner
 *   removals   name → what was removed            so that a scan does not bring it back
 *   takeovers  name → what another source replaced
 * </pre>
 *
 * A change makes a new catalog that shares all but the changed branches with the old one, so its cost does not grow with
 * the number of entries.
 */
public final class Catalog {
    private final TreePMap<String, Entry> entries;
    final CatalogIndexes indexes;
    private final TreePMap<String, Proposal> proposals;
    private final TreePMap<String, NameHistory.Last> removals;
    private final TreePMap<String, Takeover> takeovers;
    private final LastSeen seen;
    private final long heapBytes;
    private volatile byte @Nullable [] capabilitiesJson;

    private Catalog(TreePMap<String, Entry> entries, CatalogIndexes indexes, TreePMap<String, Proposal> proposals,
            TreePMap<String, NameHistory.Last> removals, TreePMap<String, Takeover> takeovers, LastSeen seen,
            long heapBytes) {
        this.entries = entries;
        this.indexes = indexes;
        this.proposals = proposals;
        this.removals = removals;
        this.takeovers = takeovers;
        this.seen = seen;
        this.heapBytes = heapBytes;
    }

    /** A catalog without entries, and with so much memory for rendered answers. */
    static Catalog empty(long answerBytes) {
        return new Catalog(TreePMap.empty(String.CASE_INSENSITIVE_ORDER),
                CatalogIndexes.none(new AnswerCache(answerBytes)), TreePMap.empty(String.CASE_INSENSITIVE_ORDER),
                TreePMap.empty(), TreePMap.empty(), LastSeen.NEVER, 0);
    }

    /** The entry of exactly this name, or null. */
    public @Nullable Entry find(String name) {
        Entry entry = entries.get(name);
        return entry != null && entry.name().equals(name) ? entry : null;
    }

    /** The proposal of exactly this name, or null. */
    public @Nullable Proposal proposal(String name) {
        Proposal proposal = proposals.get(name);
        return proposal != null && proposal.name().equals(name) ? proposal : null;
    }

    /** The name in use that is this one, in any case; or null. */
    @Nullable
    String nameInAnyCase(String name) {
        Entry entry = entries.get(name);
        Proposal proposal = proposals.get(name);
        return entry != null ? entry.name() : proposal == null ? null : proposal.name();
    }

    NameHistory.@Nullable Last removal(String name) {
        return removals.get(name);
    }

    /** The reason why a name that is not in service stays away from it; null where it was not removed. */
    public @Nullable String whyRemoved(String name) {
        return removals.get(name) == null ? null : ClaimDecider.removed(name);
    }

    /** Whether a file of this name and content was removed from the registry, and should stay away. */
    public boolean wasRemoved(String name, String sourceDigest) {
        NameHistory.Last removal = removals.get(name);
        return removal != null && removal.removed(sourceDigest);
    }

    /** All entries in service, by name. */
    public Collection<Entry> entries() {
        return entries.values();
    }

    /** All pending and rejected proposals, by name. */
    public Collection<Proposal> proposals() {
        return proposals.values();
    }

    public int size() {
        return entries.size();
    }

    public int staleCount() {
        return indexes.stale();
    }

    /** How many names have a pending proposal. */
    public int pendingCount() {
        return (int) proposals.values().stream().filter(Proposal::isPending).count();
    }

    /** How many names are taken, by a service or by a pending proposal of a new one. */
    int takenNames() {
        return size() + (int) proposals.values().stream()
                .filter(proposal -> proposal.isPending() && !entries.containsKey(proposal.name())).count();
    }

    public Ports ports() {
        return indexes.ports();
    }

    /** What is unusual about an entry in service, each in a sentence: ports that it shares with others. */
    public List<String> warnings(Entry entry) {
        return ports().warnings(entry);
    }

    @Nullable
    Takeover takeover(String name) {
        return takeovers.get(name);
    }

    /** The file of what the last takeover of a name replaced, or null. */
    public @Nullable String replacedSource(String name) {
        Takeover takeover = takeovers.get(name);
        return takeover == null ? null : takeover.replaced().state().source();
    }

    /** What this very generation of an entry replaced as {@code {source, generation}}, or null. */
    public @Nullable Mapping replaces(Entry entry) {
        Takeover takeover = takeovers.get(entry.name());
        return takeover == null ? null : takeover.replacedBy(entry);
    }

    /** What an answer to a claim says beside the entry: {@code replaces} and {@code warnings}. */
    public Mapping notices(Entry entry) {
        List<String> warnings = warnings(entry);
        return Mapping.builder().put("replaces", replaces(entry))
                .put("warnings", warnings.isEmpty() ? null : Sequence.ofTexts(warnings)).build();
    }

    /** When the entry was last announced or seen by a scan. */
    public Instant lastSeen(Entry entry) {
        return seen.lastSeen(entry);
    }

    LastSeen seen() {
        return seen;
    }

    /** An entry as a JSON object that ends with its health; a change that waits for the owner is summarized before it. */
    public byte[] json(Entry entry, byte[] health) {
        return entry.json(lastSeen(entry), members(entry, health));
    }

    /** The same without secrets, as it stands in lists. */
    public byte[] listed(Entry entry, byte[] health) {
        return entry.listed(lastSeen(entry), members(entry, health));
    }

    private byte[][] members(Entry entry, byte[] health) {
        Proposal proposal = proposals.isEmpty() ? null : proposal(entry.name());
        return proposal == null ? new byte[][]{health} : new byte[][]{proposal.members(null), health};
    }

    /** A proposal without secrets, as it stands in lists. */
    public byte[] listed(Proposal proposal) {
        return Json.write(SecretMask.masked(Json.read(json(proposal))));
    }

    /** A proposal as a JSON object, beside what it would replace. */
    public byte[] json(Proposal proposal) {
        Entry approved = find(proposal.name());
        return proposal.json(approved == null ? null : Json.read(approved.json(lastSeen(approved))));
    }

    /** The services that provide a capability, or with a trailing {@code .*} any capability below it, as a JSON array. */
    public Offers.Rendered offers(String wanted, Liveness liveness) {
        return wanted.endsWith(".*")
                ? Offers.render(indexes.below(wanted.substring(0, wanted.length() - 1)), liveness, liveness.revision())
                : indexes.offers().getOrDefault(wanted, Offers.NONE).rendered(liveness, indexes.answers());
    }

    /** All capabilities that are offered, sorted. */
    public Collection<String> capabilities() {
        return indexes.offers().keySet();
    }

    /** The capability that follows one, or the first; null after the last. */
    public @Nullable String capabilityAfter(@Nullable String capability) {
        TreePMap<String, Offers> offers = indexes.offers();
        return capability != null ? offers.higherKey(capability) : offers.isEmpty() ? null : offers.firstKey();
    }

    /** {@code {"capabilities": […]}}, sorted and distinct, which is kept with the catalog. */
    public byte[] capabilitiesJson() {
        byte[] rendered = capabilitiesJson;
        if (rendered == null) {
            rendered = Json.write(Mapping.builder().put("capabilities", Sequence.ofTexts(capabilities())).build());
            capabilitiesJson = rendered;
        }
        return rendered;
    }

    /** Whether a service that is not stale, or a mod of it, provides exactly this capability. */
    boolean provides(String capability) {
        return indexes.offers().getOrDefault(capability, Offers.NONE).all().stream()
                .anyMatch(offer -> !offer.entry().isStale());
    }

    /** The end of the announcement that expires first, on the running clock; null where none expires. */
    @Nullable
    Instant nextExpiry() {
        return indexes.nextExpiry();
    }

    /** The entries whose announcement has expired and that are not stale yet. */
    List<Entry> expiredAt(Instant now) {
        return indexes.expiredAt(now).stream().map(entries::get).filter(Objects::nonNull).toList();
    }

    /** An estimate of the heap that entries, proposals and takeovers take, with their indexes. */
    public long heapBytes() {
        return heapBytes;
    }

    /** A catalog in which this entry replaces the one of its name. */
    Catalog with(Entry entry) {
        Catalog base = without(entry.name());
        return new Catalog(base.entries.plus(entry.name(), entry), base.indexes.plus(entry), proposals,
                removals.minus(entry.name()), takeovers, seen, base.heapBytes + entry.heapBytes());
    }

    /** A catalog without the entry of this name. */
    Catalog without(String name) {
        Entry entry = entries.get(name);
        return entry == null
                ? this
                : new Catalog(entries.minus(name), indexes.minus(entry), proposals, removals, takeovers, seen,
                        heapBytes - entry.heapBytes());
    }

    Catalog withProposal(Proposal proposal) {
        Catalog base = withoutProposal(proposal.name());
        return new Catalog(entries, indexes, base.proposals.plus(proposal.name(), proposal), removals, takeovers, seen,
                base.heapBytes + proposal.entry().heapBytes());
    }

    Catalog withoutProposal(String name) {
        Proposal proposal = proposals.get(name);
        return proposal == null
                ? this
                : new Catalog(entries, indexes, proposals.minus(name), removals, takeovers, seen,
                        heapBytes - proposal.entry().heapBytes());
    }

    Catalog withRemoval(String name, NameHistory.Last removal) {
        return new Catalog(entries, indexes, proposals, removals.plus(name, removal), takeovers, seen, heapBytes);
    }

    /** A catalog that remembers nothing of these names, which were removed long ago. */
    Catalog withoutRemovals(Collection<String> names) {
        return names.isEmpty()
                ? this
                : new Catalog(entries, indexes, proposals, removals.minusAll(names), takeovers, seen, heapBytes);
    }

    Catalog withTakeover(Takeover takeover) {
        Catalog base = withoutTakeover(takeover.name());
        return new Catalog(entries, indexes, proposals, removals, base.takeovers.plus(takeover.name(), takeover), seen,
                base.heapBytes + takeover.replaced().heapBytes());
    }

    Catalog withoutTakeover(String name) {
        Takeover takeover = takeovers.get(name);
        return takeover == null
                ? this
                : new Catalog(entries, indexes, proposals, removals, takeovers.minus(name), seen,
                        heapBytes - takeover.replaced().heapBytes());
    }

    Catalog withSeen(LastSeen next) {
        return new Catalog(entries, indexes, proposals, removals, takeovers, next, heapBytes);
    }
}
