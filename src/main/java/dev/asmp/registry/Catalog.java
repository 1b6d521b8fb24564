package dev.asmp.registry;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * The registry at one moment, immutable: the entries, and what follows from them.
 *
 * <pre>
 *   entries  name (whatever its case) → Entry          the truth
 *     ├── offers     capability → Offers               who provides it?
 *     ├── deadlines  (moment, name), earliest first    which announces run out?
 *     └── stale      how many
 * </pre>
 *
 * A change makes a new catalog that shares all but the changed branches with the old one, so its cost does not grow with
 * the number of entries.
 */
public final class Catalog {
    static final Catalog EMPTY = new Catalog(TreePMap.empty(String.CASE_INSENSITIVE_ORDER), TreePMap.empty(),
            TreePSet.empty(), 0, Seen.NEVER);

    private final TreePMap<String, Entry> entries;
    private final TreePMap<String, Offers> offers;
    private final TreePSet<Deadline> deadlines;
    private final int stale;
    private final Seen seen;
    private volatile byte @Nullable [] capabilitiesJson;

    private record Deadline(Instant moment, String name) implements Comparable<Deadline> {
        @Override
        public int compareTo(Deadline other) {
            int byMoment = moment.compareTo(other.moment);
            return byMoment == 0 ? name.compareTo(other.name) : byMoment;
        }
    }

    private Catalog(TreePMap<String, Entry> entries, TreePMap<String, Offers> offers, TreePSet<Deadline> deadlines,
            int stale, Seen seen) {
        this.entries = entries;
        this.offers = offers;
        this.deadlines = deadlines;
        this.stale = stale;
        this.seen = seen;
    }

    /** The entry of exactly this name, or null. */
    public @Nullable Entry find(String name) {
        Entry entry = entries.get(name);
        return entry != null && entry.name().equals(name) ? entry : null;
    }

    /** The entry whose name differs from this one at most in case, or null. */
    @Nullable
    Entry findInAnyCase(String name) {
        return entries.get(name);
    }

    /** All entries, by name. */
    public Collection<Entry> entries() {
        return entries.values();
    }

    public int size() {
        return entries.size();
    }

    public int staleCount() {
        return stale;
    }

    /** When the entry was last announced or seen by a scan. */
    public Instant lastSeen(Entry entry) {
        return seen.lastSeen(entry);
    }

    Seen seen() {
        return seen;
    }

    /** A JSON array of those who provide a capability, or with a trailing {@code .*} any capability below it. */
    public byte[] offersJson(String wanted) {
        if (wanted.endsWith(".*")) {
            return Offers.array(below(wanted.substring(0, wanted.length() - 1)), (entry, out) -> out
                    .writeBytes(entry.offer()));
        }
        return offers.getOrDefault(wanted, Offers.NONE).json();
    }

    private Collection<Entry> below(String prefix) {
        TreeMap<String, Entry> found = new TreeMap<>();
        for (var offer : offers.tailMap(prefix).entrySet()) {
            if (!offer.getKey().startsWith(prefix)) {
                break;
            }
            offer.getValue().entries().forEach(entry -> found.put(entry.name(), entry));
        }
        return found.values();
    }

    /** {@code {"capabilities": […]}}, sorted and distinct. */
    public byte[] capabilitiesJson() {
        byte[] rendered = capabilitiesJson;
        if (rendered == null) {
            rendered = Json.write(Mapping.builder().put("capabilities", Sequence.ofTexts(offers.keySet())).build());
            capabilitiesJson = rendered;
        }
        return rendered;
    }

    /** Every name and alias by which a service can be asked for. */
    Set<String> namesAndAliases() {
        Set<String> names = new HashSet<>();
        entries.values().forEach(entry -> {
            names.add(entry.name());
            names.addAll(entry.aliases());
        });
        return names;
    }

    /** The entries whose announce has run out and that are not stale yet. */
    public List<Entry> expiredAt(Instant now) {
        List<Entry> due = new ArrayList<>();
        for (Deadline deadline : deadlines) {
            if (deadline.moment.isAfter(now)) {
                break;
            }
            Entry entry = entries.get(deadline.name);
            if (entry != null) {
                due.add(entry);
            }
        }
        return due;
    }

    /** A catalog in which this entry replaces the one of its name. */
    Catalog with(Entry entry) {
        Catalog base = without(entry.name());
        TreePMap<String, Offers> nextOffers = base.offers;
        for (String capability : entry.provides()) {
            nextOffers = nextOffers.plus(capability, nextOffers.getOrDefault(capability, Offers.NONE).with(entry));
        }
        return new Catalog(base.entries.plus(entry.name(), entry), nextOffers,
                mayExpire(entry) ? base.deadlines.plus(deadline(entry)) : base.deadlines,
                base.stale + (entry.isStale() ? 1 : 0), seen);
    }

    /** A catalog without the entry of this name. */
    Catalog without(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            return this;
        }
        TreePMap<String, Offers> nextOffers = offers;
        for (String capability : entry.provides()) {
            Offers rest = nextOffers.getOrDefault(capability, Offers.NONE).without(entry.name());
            nextOffers = rest.isEmpty() ? nextOffers.minus(capability) : nextOffers.plus(capability, rest);
        }
        return new Catalog(entries.minus(name), nextOffers,
                mayExpire(entry) ? deadlines.minus(deadline(entry)) : deadlines, stale - (entry.isStale() ? 1 : 0),
                seen);
    }

    Catalog withSeen(Seen next) {
        return new Catalog(entries, offers, deadlines, stale, next);
    }

    private static boolean mayExpire(Entry entry) {
        return entry.state().expires() != null && !entry.isStale();
    }

    private static Deadline deadline(Entry entry) {
        Instant expires = entry.state().expires();
        return new Deadline(expires == null ? Instant.MAX : expires, entry.name());
    }
}
