package dev.asmp.registry;

import java.io.ByteArrayOutputStream;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/** All who provide one capability, and the answer that lists them, rendered when it is first asked for. */
public final class Offers {
    static final Offers NONE = new Offers(TreePMap.empty());

    private final TreePMap<String, Offer> byName;
    // Two threads may both render it; they render the same.
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
                if (health.get(i++) != liveness.members(offer.entry().name())) {
                    return false;
                }
            }
            return true;
        }
    }

    private Offers(TreePMap<String, Offer> byName) {
        this.byName = byName;
    }

    /** What tells an offer from others: a mod may be called like a service. */
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
        List<Ranked> sorted = unsorted.stream().sorted(Comparator.comparingInt(Ranked::rank).thenComparing(ranked -> ranked.offer.name())).toList();
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
