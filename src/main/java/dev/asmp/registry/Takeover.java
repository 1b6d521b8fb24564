package dev.asmp.registry;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.Manifest;
import java.time.Instant;
import java.util.Collections;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a claim of another source replaced: kept one step back, so that the owner can restore it.
 *
 * @param replaced the entry as it was
 * @param generation the generation that replaced it
 */
record Takeover(Entry replaced, long generation) {
    private static final String FILE = "/asmp.yaml";
    private static final String INFRA = "/infra";

    String name() {
        return replaced.name();
    }

    /** What this very generation of an entry replaced, as {@code {source, generation}}; null for another generation. */
    @Nullable
    Mapping replacedBy(Entry entry) {
        return generation == entry.state().generation() ? summary() : null;
    }

    /** What the answer to the claim says: {@code {source, generation}}. */
    Mapping summary() {
        String source = replaced.state().source();
        return Mapping.builder().put("source", source == null ? Scalar.NULL : Scalar.text(source))
                .put("generation", replaced.state().generation()).build();
    }

    /** Whether the file that was replaced has its say again. */
    boolean isOverFor(Entry entry) {
        EntryState state = entry.state();
        return state.sync() == Sync.SCAN && state.generation() > generation && state.source() != null
                && state.source().equals(replaced.state().source());
    }

    /**
     * Whether what comes next is another source's: a sighting of another file, a registration over what was not registered, or
     * an announcement of none of the capabilities. A file that moved, within its repository or with the same content, is not.
     */
    static boolean isOne(Entry entry, Merge.Next next, Moment now) {
        EntryState old = entry.state();
        return switch (next.state().sync()) {
            case SCAN -> old.source() == null ? isHeld(entry, next, now) : !isSameFile(old, next.state());
            case ANNOUNCE -> !sharesCapability(entry, next.manifest());
            case REGISTER -> isByRegistration(old) && next.state().source() == null;
            case FEDERATE -> false;
        };
    }

    /** Whether a program still stands for an entry that no file declares. */
    private static boolean isHeld(Entry entry, Merge.Next next, Moment now) {
        EntryState old = entry.state();
        return !entry.isStale() && !old.expiredAt(now.running())
                && (old.sync() == Sync.REGISTER || !sharesCapability(entry, next.manifest()));
    }

    private static boolean isSameFile(EntryState old, EntryState next) {
        String digest = old.sourceDigest();
        return repository(old.source()).equals(repository(next.source()))
                || (digest != null && digest.equals(next.sourceDigest()));
    }

    /** The folder to which a manifest belongs, whichever of its two places it is in. */
    private static String repository(@Nullable String source) {
        String folder = cut(String.valueOf(source), FILE);
        return cut(folder, INFRA);
    }

    private static String cut(String path, String end) {
        return path.endsWith(end) ? path.substring(0, path.length() - end.length()) : path;
    }

    /** Whether a registration over this takes the name over. */
    static boolean isByRegistration(EntryState old) {
        return old.sync() != Sync.REGISTER;
    }

    static boolean sharesCapability(Entry entry, Manifest manifest) {
        return !Collections.disjoint(manifest.provides(), Set.copyOf(entry.provides()));
    }

    /**
     * Whether a program's claim holds the name against this file: one that it replaced and that did not change since, or one
     * that declares another service.
     */
    static boolean hides(Entry entry, Claim.Sighting claim, Instant now) {
        EntryState state = entry.state();
        if (state.sync() == Sync.SCAN || state.source() != null || entry.isStale() || state.expiredAt(now)) {
            return false;
        }
        boolean shares = sharesCapability(entry, claim.manifest());
        boolean replaced = claim.digest().equals(state.sourceDigest());
        return state.sourceDigest() == null ? !shares : replaced && (state.sync() == Sync.REGISTER || !shares);
    }
}
