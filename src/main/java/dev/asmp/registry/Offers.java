package dev.asmp.registry;

import dev.asmp.document.JsonSplice;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/** All offers of one capability, and the answer that lists them, which is rendered at the first request. */
public final class Offers {
    static final Offers NONE = new Offers(TreePMap.empty());

    /**
     * One item of the answer to "who provides this?": a service, or a mod with the service it is attached to.
     *
     * @param text what the manifest contributes, as a JSON object
     */
    record Offer(Entry entry, String name, List<String> provides, byte[] text) {
        /** What an entry and its mods offer. */
        static List<Offer> of(Entry entry) {
            return entry.text().offers().stream()
                    .map(offered -> new Offer(entry, offered.name(), offered.provides(), offered.json())).toList();
        }

        /** Sorts a service: healthy, then unknown, then unhealthy, then stale. */
        int rank(Liveness liveness) {
            if (entry.isStale()) {
                return 3;
            }
            Boolean healthy = liveness.healthy(entry.name());
            return healthy == null ? 1 : healthy ? 0 : 2;
        }

        /** The item as JSON, with the registry's own keys and the last probe's result. */
        byte[] json(byte[] health) {
            return JsonSplice.append(text, entry.offerMembers(), health);
        }
    }

    private final TreePMap<String, Offer> byName;
    // Two threads may render it at the same time, with the same result.
    private volatile @Nullable Rendered rendered;

    /**
     * The answer, and a fingerprint of what matters in it: who offers, where, and how they are. A renewed announcement changes the
     * answer's generation, and not the fingerprint.
     */
    public record Rendered(long revision, byte[] json, long fingerprint, List<byte[]> health) {
        /** The same answer for another revision, if the health of all offers is still the one that it shows. */
        private boolean holds(Collection<Offer> offers, Liveness liveness) {
            int i = 0;
            for (Offer offer : offers) {
                if (!Arrays.equals(health.get(i++), liveness.members(offer.entry().name()))) {
                    return false;
                }
            }
            return true;
        }
    }

    private Offers(TreePMap<String, Offer> byName) {
        this.byName = byName;
    }

    /** The key of an offer: a mod may have the name of a service. */
    private static String key(Offer offer) {
        String parent = offer.entry().name();
        return offer.name().equals(parent) ? parent : offer.name() + " of " + parent;
    }

    Offers with(Offer offer) {
        return new Offers(byName.plus(key(offer), offer));
    }

    Offers without(Offer offer) {
        return new Offers(byName.minus(key(offer)));
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    Collection<Offer> all() {
        return byName.values();
    }

    Rendered rendered(Liveness liveness) {
        long revision = liveness.revision();
        Rendered known = rendered;
        if (known == null || known.revision != revision) {
            known = known != null && known.holds(byName.values(), liveness)
                    ? new Rendered(revision, known.json, known.fingerprint, known.health)
                    : render(byName.values(), liveness, revision);
            rendered = known;
        }
        return known;
    }

    /** Renders offers as a JSON array: the healthy first, the stale last, by name. */
    static Rendered render(Collection<Offer> offers, Liveness liveness, long revision) {
        record Ranked(Offer offer, int rank, byte[] health) {}
        List<Ranked> unsorted = offers.stream()
                .map(offer -> new Ranked(offer, offer.rank(liveness), liveness.members(offer.entry().name()))).toList();
        List<Ranked> sorted = unsorted.stream()
                .sorted(Comparator.comparingInt(Ranked::rank).thenComparing(ranked -> ranked.offer.name())).toList();
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 + 512 * sorted.size());
        CRC32C fingerprint = new CRC32C();
        out.write('[');
        for (int i = 0; i < sorted.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            Ranked ranked = sorted.get(i);
            out.writeBytes(ranked.offer.json(ranked.health));
            fingerprint.update(ranked.offer.text());
            fingerprint.update(ranked.rank);
        }
        out.write(']');
        return new Rendered(revision, out.toByteArray(), fingerprint.getValue(),
                unsorted.stream().map(Ranked::health).toList());
    }
}
