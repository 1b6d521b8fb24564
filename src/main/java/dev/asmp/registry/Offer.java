package dev.asmp.registry;

import dev.asmp.document.JsonSplice;
import java.util.List;

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
