package dev.asmp.registry;

import dev.asmp.document.Document;
import dev.asmp.document.FileStamp;
import dev.asmp.document.Limits;
import dev.asmp.document.Mapping;
import dev.asmp.document.Timestamps;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.IndexKeys;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Manifest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * An entry as a YAML file: the manifest as it was written, then the registry's own keys. A person may write such a file by
 * hand, with or without those keys; values that make no sense are replaced by defaults.
 */
final class EntryCodec {
    private static final long FORMAT = 1;
    private static final String FORMAT_KEY = "format";
    private static final String DIGEST_KEY = "source_digest";
    private static final String EXPIRES_KEY = "expires_at";
    private static final String TTL_KEY = "ttl";
    private static final String MODS_KEY = "mods";
    private static final String SINCE_KEY = "since";
    private static final String HOLDING_KEY = "ports_since";
    private static final String NOTE_KEY = "note";
    private static final String REPLACED_BY_KEY = "replaced_by";

    private EntryCodec() {}

    /** What a file says. */
    record Content(Manifest manifest, Mods mods, EntryState state, @Nullable String host, Mapping bookkeeping) {
        /** The proposal that a file of the pending folder holds. */
        Proposal proposal(Entry entry, Moment now) {
            Instant since = Timestamps.parse(bookkeeping.text(SINCE_KEY));
            return new Proposal(entry, ContentDigest.of(manifest.document(), mods), since == null ? now.wall() : since,
                    bookkeeping.text(NOTE_KEY));
        }

        /** The takeover that a file of the folder {@code replaced} holds. */
        Takeover takeover(String host, FileStamp stamp) {
            return new Takeover(new Entry(manifest, mods, state, host, stamp),
                    generation(bookkeeping.text(REPLACED_BY_KEY)));
        }
    }

    static byte[] write(Manifest manifest, Mods mods, EntryState state, String host, Moment now) {
        return write(manifest, mods, state, host, now, Mapping.EMPTY);
    }

    /** Writes a proposal, with the keys that only proposals have. */
    static byte[] write(Manifest manifest, Mods mods, EntryState state, String host, Moment now, Instant since,
            @Nullable String note) {
        return write(manifest, mods, state, host, now, Mapping.builder().put(SINCE_KEY, Timestamps.format(since))
                .put(NOTE_KEY, note).build());
    }

    /** Writes an entry that a generation replaces. */
    static byte[] write(Takeover takeover, Moment now) {
        Entry entry = takeover.replaced();
        return write(entry.manifest(), entry.mods(), entry.state(), entry.host(), now,
                Mapping.builder().put(REPLACED_BY_KEY, takeover.generation()).build());
    }

    private static byte[] write(Manifest manifest, Mods mods, EntryState state, String host, Moment now,
            Mapping more) {
        Instant end = now.toWall(state.expires());
        Mapping.Builder bookkeeping = Mapping.builder().put(FORMAT_KEY, FORMAT).put(DIGEST_KEY, state.sourceDigest())
                .put(EXPIRES_KEY, end == null ? null : Timestamps.format(end))
                .put(TTL_KEY, state.ttl() == null ? null : state.ttl().toString())
                .put(HOLDING_KEY, state.holding() == null ? null : Timestamps.format(state.holding()))
                .put(MODS_KEY, mods.isEmpty() ? null : mods.documents()).putAll(more);
        Mapping own = Mapping.builder().putAll(Entry.ownKeys(state, host).build())
                .put(IndexKeys.LAST_SEEN, Timestamps.format(state.lastSeen()))
                .put(IndexKeys.BOOKKEEPING, bookkeeping.build()).build();
        byte[] yaml = (manifest.yaml() + Yaml.write(own)).getBytes(StandardCharsets.UTF_8); // a manifest has none of the keys
        if (yaml.length > Limits.ENTRY_BYTES) {
            throw new InvalidDocumentException("", "the manifest is too large: written out it takes " + yaml.length
                    + " bytes, and at most " + Limits.ENTRY_BYTES + " are allowed");
        }
        return yaml;
    }

    /** Reads a file that should hold the entry of this name. */
    static Content read(byte[] bytes, String name, Moment now) {
        Document document = Yaml.readEntry(bytes);
        Manifest manifest = Manifest.of(document);
        if (!manifest.name().equals(name)) {
            throw new InvalidDocumentException("name",
                    "is '" + manifest.name() + "', but the file is named for '" + name
                            + "'");
        }
        Mapping bookkeeping = ((Mapping) document).mapping(IndexKeys.BOOKKEEPING);
        return new Content(manifest, Mods.of(bookkeeping.list(MODS_KEY)), state((Mapping) document, now),
                ((Mapping) document).text(IndexKeys.HOST), bookkeeping);
    }

    private static EntryState state(Mapping entry, Moment now) {
        Mapping bookkeeping = entry.mapping(IndexKeys.BOOKKEEPING);
        String source = usable(entry.text(IndexKeys.SOURCE));
        Sync sync = Sync.of(entry.text(IndexKeys.SYNC), Sync.REGISTER);
        Instant lastSeen = Timestamps.parse(entry.text(IndexKeys.LAST_SEEN));
        return now.resumed(new EntryState(sync == Sync.SCAN && source == null ? Sync.REGISTER : sync,
                Status.of(entry.text(IndexKeys.STATUS), Status.REGISTERED),
                generation(entry.text(IndexKeys.GENERATION)), lastSeen == null ? now.wall() : lastSeen, source,
                bookkeeping.text(DIGEST_KEY), Timestamps.parse(bookkeeping.text(EXPIRES_KEY)),
                Timestamps.parse(bookkeeping.text(HOLDING_KEY)), ttl(bookkeeping.text(TTL_KEY))));
    }

    private static @Nullable Duration ttl(@Nullable String written) {
        try {
            return written == null ? null : Duration.parse(written);
        } catch (DateTimeParseException _) {
            return null;
        }
    }

    /** The source, if it can be a path. */
    private static @Nullable String usable(@Nullable String source) {
        return source != null && source.startsWith("/") && source.indexOf('\0') < 0 ? source : null;
    }

    private static long generation(@Nullable String written) {
        return written != null && written.matches("[0-9]{1,15}") ? Math.max(1, Long.parseLong(written)) : 1;
    }
}
