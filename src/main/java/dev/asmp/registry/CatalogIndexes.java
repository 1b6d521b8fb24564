package dev.asmp.registry;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * The indexes over a catalog's entries.
 *
 * @param offers the offers of each capability
 * @param deadlines the ends of announcements, earliest first
 * @param ports the ports of this host that registered services declare
 * @param stale how many entries are stale
 * @param answers the limit on the memory of rendered answers
 */
record CatalogIndexes(TreePMap<String, Offers> offers, TreePSet<Deadline> deadlines,
        Ports ports, int stale, AnswerCache answers) {
    static CatalogIndexes none(AnswerCache answers) {
        return new CatalogIndexes(TreePMap.empty(), TreePSet.empty(), Ports.NONE, 0, answers);
    }

    record Deadline(Instant moment, String name) implements Comparable<Deadline> {
        @Override
        public int compareTo(Deadline other) {
            int byMoment = moment.compareTo(other.moment);
            return byMoment == 0 ? name.compareTo(other.name) : byMoment;
        }
    }

    CatalogIndexes plus(Entry entry) {
        TreePMap<String, Offers> nextOffers = offers;
        for (Offers.Offer offer : Offers.Offer.of(entry)) {
            for (String capability : offer.provides()) {
                nextOffers = nextOffers.plus(capability, nextOffers.getOrDefault(capability, Offers.NONE).with(offer));
            }
        }
        Deadline deadline = deadline(entry);
        return new CatalogIndexes(nextOffers, deadline == null ? deadlines : deadlines.plus(deadline),
                ports.plus(entry),
                stale + (entry.isStale() ? 1 : 0), answers);
    }

    CatalogIndexes minus(Entry entry) {
        TreePMap<String, Offers> nextOffers = offers;
        for (Offers.Offer offer : Offers.Offer.of(entry)) {
            for (String capability : offer.provides()) {
                Offers rest = nextOffers.getOrDefault(capability, Offers.NONE).without(offer);
                nextOffers = rest.isEmpty() ? nextOffers.minus(capability) : nextOffers.plus(capability, rest);
            }
        }
        Deadline deadline = deadline(entry);
        return new CatalogIndexes(nextOffers, deadline == null ? deadlines : deadlines.minus(deadline),
                ports.minus(entry),
                stale - (entry.isStale() ? 1 : 0), answers);
    }

    private static @Nullable Deadline deadline(Entry entry) {
        Instant expires = entry.state().expires();
        return expires == null || entry.isStale() ? null : new Deadline(expires, entry.name());
    }

    /** The offers of a capability, or with a trailing {@code .*} of any capability below it. */
    Collection<Offers.Offer> of(String wanted) {
        return wanted.endsWith(".*")
                ? below(wanted.substring(0, wanted.length() - 1))
                : offers.getOrDefault(wanted, Offers.NONE).all();
    }

    /** All offers of the capabilities with this prefix, each once. */
    Collection<Offers.Offer> below(String prefix) {
        Set<Offers.Offer> found = new LinkedHashSet<>();
        SortedMap<String, Offers> tail = offers.tailMap(prefix);
        for (Map.Entry<String, Offers> offer : tail.entrySet()) {
            if (!offer.getKey().startsWith(prefix)) {
                break;
            }
            found.addAll(offer.getValue().all());
        }
        return found;
    }

    /** The end of the announcement that expires first; null where none expires. */
    @Nullable
    Instant nextExpiry() {
        return deadlines.isEmpty() ? null : deadlines.first().moment;
    }

    /** The names whose announcement has expired. */
    List<String> expiredAt(Instant now) {
        List<String> due = new ArrayList<>();
        for (Deadline deadline : deadlines) {
            if (deadline.moment.isAfter(now)) {
                break;
            }
            due.add(deadline.name);
        }
        return due;
    }
}
