package dev.asmp.registry;

import dev.asmp.document.Document;
import dev.asmp.document.JsonSplice;
import dev.asmp.document.Mapping;
import dev.asmp.document.Timestamps;
import dev.asmp.manifest.Durations;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A content that waits for the owner's approval, or was rejected. The entry that it would replace stays in service.
 *
 * @param entry what would be in service; its status says whether it is pending or rejected
 * @param digest the digest of the content, which approving names
 * @param since when this content was first offered
 * @param note why it was rejected
 */
public record Proposal(Entry entry, String digest, Instant since, @Nullable String note) implements ServiceRecord {
    /** The reason why a scan did not register content that is pending. */
    public static final String WAITS = "waits for the owner's approval (asmp pending shows it)";

    @Override
    public String name() {
        return entry.name();
    }

    public boolean isPending() {
        return entry.state().status() == Status.PENDING;
    }

    /** Whether an entry says what was proposed, and lives as long. */
    boolean isMetBy(Entry service) {
        return !entry.state().outlives(service.state()) && service.contentDigest().equals(digest);
    }

    /** Whether it was approved, and only its file is still there. */
    boolean isInService(Entry service) {
        return isPending() && isMetBy(service);
    }

    /** Whether a scan found this content in this file. */
    public boolean isFrom(String source, String sourceDigest) {
        return source.equals(entry.state().source()) && sourceDigest.equals(entry.state().sourceDigest());
    }

    /** It as a JSON object, beside what is in service under its name. */
    byte[] json(@Nullable Document approved) {
        return entry.json(entry.state().lastSeen(), members(approved));
    }

    /** Its own keys as a member for {@link JsonSplice}. */
    byte[] members(@Nullable Document approved) {
        Mapping approval = summary().put("approved", approved).build();
        return JsonSplice.members(Mapping.builder().put("approval", approval).build());
    }

    /** Its own keys in an answer, beside its content. */
    Mapping.Builder summary() {
        Duration ttl = entry.state().ttl();
        return Mapping.builder().put("status", entry.state().status().word()).put("digest", digest)
                .put("since", Timestamps.format(since)).put("ttl", ttl == null ? null : Durations.format(ttl))
                .put("note", note);
    }

    /** The refusal when the same content is offered again. */
    String refusal() {
        return "'" + name() + "' was rejected by the owner of this host" + (note == null ? "" : " (" + note + ")")
                + "; it is not offered again until its content changes";
    }
}
