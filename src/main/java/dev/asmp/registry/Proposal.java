package dev.asmp.registry;

import dev.asmp.document.Mapping;
import dev.asmp.document.Timestamps;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A content that waits for the owner's approval, or that the owner rejected. What it would replace stays in service meanwhile.
 *
 * @param entry what would be in service; its status says whether it is pending or rejected
 * @param digest the print of the content: approving names it
 * @param since when this content was first offered
 * @param note why it was rejected
 */
public record Proposal(Entry entry, String digest, Instant since, @Nullable String note) implements ServiceRecord {
    @Override
    public String name() {
        return entry.name();
    }

    public boolean isPending() {
        return entry.state().status() == Status.PENDING;
    }

    /** Whether it was approved, and only its file is still there. */
    boolean isInService(Entry service) {
        return isPending() && service.contentDigest().equals(digest);
    }

    /** Whether this is what a scan found in a file. */
    public boolean isFrom(String source, String sourceDigest) {
        return source.equals(entry.state().source()) && sourceDigest.equals(entry.state().sourceDigest());
    }

    /** What an answer says about it beside its content. */
    Mapping.Builder summary() {
        return Mapping.builder().put("status", entry.state().status().word()).put("digest", digest)
                .put("since", Timestamps.format(since)).put("note", note);
    }

    /** The sentence for whoever offers it again. */
    String refusal() {
        return "'" + name() + "' was rejected by the owner of this host" + (note == null ? "" : " (" + note + ")")
                + "; it is not offered again until its content changes";
    }
}
