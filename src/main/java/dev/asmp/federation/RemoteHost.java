package dev.asmp.federation;

import dev.asmp.document.JsonSplice;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Timestamps;
import dev.asmp.manifest.FederationSettings.Peer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one peer, immutable.
 *
 * @param about what it says of itself
 * @param entries its services by name in lower case
 * @param problems what of its last answer could not be used
 * @param lastSeen when it last answered; null where it never did
 * @param answeredAt the same on the running clock; null where it did not since the start
 * @param error why the last attempt failed; null where it succeeded
 */
public record RemoteHost(Peer peer, Mapping about, SortedMap<String, RemoteEntry> entries, List<String> problems,
        @Nullable Instant lastSeen, @Nullable Long answeredAt, Duration staleAfter, @Nullable String error) {
    /** Whether a peer answers. */
    public enum Status {
        OK, SILENT, NEVER;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a peer stands at one moment; all of its entries in an answer are shown with the same. */
    public record Standing(Status status, @Nullable Instant lastSeen, @Nullable String error, byte[] members) {
        public boolean isOk() {
            return status == Status.OK;
        }
    }

    public RemoteHost {
        entries = Collections.unmodifiableSortedMap(entries);
        problems = List.copyOf(problems);
    }

    /** A peer that was not asked yet. */
    static RemoteHost unknown(Peer peer, Duration staleAfter) {
        return new RemoteHost(peer, Mapping.EMPTY, Collections.emptySortedMap(), List.of(), null, null, staleAfter,
                peer.problem());
    }

    public String host() {
        return peer.host();
    }

    public Collection<RemoteEntry> services() {
        return entries.values();
    }

    public @Nullable RemoteEntry find(String name) {
        return entries.get(name.toLowerCase(Locale.ROOT));
    }

    /** Whether it answers, at a moment of the running clock. */
    public Status status(long nanos) {
        if (answeredAt != null && nanos - answeredAt <= staleAfter.toNanos()) {
            return Status.OK;
        }
        return lastSeen == null ? Status.NEVER : Status.SILENT;
    }

    public Standing standing(long nanos) {
        Status status = status(nanos);
        byte[] members = status == Status.OK
                ? JsonSplice.NO_MEMBERS
                : JsonSplice.members(Mapping.builder().put("peer", Mapping.builder()
                        .put("last_seen", lastSeen == null ? Scalar.NULL : Scalar.text(Timestamps.format(lastSeen)))
                        .put("error", error).build()).build());
        return new Standing(status, lastSeen, error, members);
    }

    /** The same after an attempt that failed. */
    RemoteHost failed(String why) {
        return new RemoteHost(peer, about, entries, problems, lastSeen, answeredAt, staleAfter, why);
    }

    /** The same after an answer that nothing had changed. */
    RemoteHost confirmed(Instant now, long nanos) {
        return new RemoteHost(peer, about, entries, problems, now, nanos, staleAfter, null);
    }

    /** The same with other services. */
    RemoteHost with(PeerAnswer answer) {
        return new RemoteHost(peer, about, answer.entries(), answer.problems(), lastSeen, answeredAt, staleAfter,
                error);
    }

    /** The same with what the peer says of itself now. */
    RemoteHost about(Mapping says) {
        return new RemoteHost(peer, says, entries, problems, lastSeen, answeredAt, staleAfter, error);
    }

    /** The same without its services. */
    RemoteHost forgotten() {
        return new RemoteHost(peer, about, Collections.emptySortedMap(), List.of(), lastSeen, answeredAt, staleAfter,
                error);
    }
}
