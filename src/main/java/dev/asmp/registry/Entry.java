package dev.asmp.registry;

import dev.asmp.document.FileStamp;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.manifest.IndexKeys;
import dev.asmp.manifest.Manifest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One service as the registry knows it. Ten thousand of these live in memory and are answered thousands of times a second,
 * so an entry holds its JSON as bytes, ready to be sent, and parses them again only when it changes.
 */
public final class Entry {
    private static final byte[] LAST_SEEN = ",\"last_seen\":\"".getBytes(StandardCharsets.US_ASCII);

    private final EntryText text;
    private final State state;
    private final String host;
    private final FileStamp stamp;
    /** The manifest's JSON object, then the registry's own keys but for last_seen, without the closing brace. */
    private final byte[] shown;
    private final byte[] offer;

    Entry(Manifest manifest, State state, String host, FileStamp stamp) {
        this(EntryText.of(manifest), state, host, stamp);
    }

    Entry(EntryText text, State state, String host, FileStamp stamp) {
        this.text = text;
        this.state = state;
        this.host = host;
        this.stamp = stamp;
        this.shown = open(join(text.manifest(), Json.write(ownKeys(state, host).build())));
        this.offer = join(text.offer(), Json.write(offered(state, host)));
    }

    private Entry(Entry other, FileStamp stamp) {
        this.text = other.text;
        this.state = other.state;
        this.host = other.host;
        this.stamp = stamp;
        this.shown = other.shown;
        this.offer = other.offer;
    }

    /** The registry's own keys as they stand at the end of an entry, on the wire and on disk. */
    static Mapping.Builder ownKeys(State state, String host) {
        return Mapping.builder().put(IndexKeys.SOURCE, state.source()).put(IndexKeys.GENERATION, state.generation())
                .put(IndexKeys.SYNC, state.sync().word()).put(IndexKeys.STATUS, state.status().word())
                .put(IndexKeys.HOST, host);
    }

    private static Mapping offered(State state, String host) {
        String source = state.source();
        return Mapping.builder().put("source", source == null ? Scalar.NULL : Scalar.text(source))
                .put("status", state.status().word()).put("sync", state.sync().word())
                .put("generation", state.generation()).put("host", host).build();
    }

    /** One JSON object of two that have at least one key each. */
    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length - 1);
        System.arraycopy(second, 0, joined, first.length - 1, second.length);
        joined[first.length - 1] = ',';
        return joined;
    }

    private static byte[] open(byte[] json) {
        return Arrays.copyOf(json, json.length - 1);
    }

    public String name() {
        return text.name();
    }

    public String kind() {
        return text.kind();
    }

    public @Nullable String section() {
        return text.section();
    }

    public List<String> provides() {
        return text.provides();
    }

    public List<String> aliases() {
        return text.aliases();
    }

    public String host() {
        return host;
    }

    public State state() {
        return state;
    }

    EntryText text() {
        return text;
    }

    FileStamp stamp() {
        return stamp;
    }

    Entry withStamp(FileStamp written) {
        return new Entry(this, written);
    }

    public boolean isStale() {
        return state.status() == Status.STALE;
    }

    /** Whether name, description, a capability or an alias contains this text; it must be in lower case. */
    public boolean mentions(String lowerCaseText) {
        return text.searchText().contains(lowerCaseText);
    }

    /** The manifest, parsed anew. */
    public Manifest manifest() {
        return Manifest.of(Json.read(text.manifest()));
    }

    boolean saysTheSameAs(Manifest manifest) {
        return Arrays.equals(text.manifest(), Json.write(manifest.document()));
    }

    /** A short print of all that the entry says: equal prints mean that nobody edited it. */
    String fingerprint() {
        CRC32C crc = new CRC32C();
        crc.update(text.manifest());
        return Integer.toHexString((int) crc.getValue()) + "-" + text.manifest().length + "-" + state.sync().word()
                + "-"
                + state.status().word();
    }

    /** The endpoints as JSON text, to see whether they changed. */
    static byte[] endpoints(Manifest manifest) {
        return Json.write(manifest.endpoints());
    }

    /** One item of the answer to "who provides this?". */
    public byte[] offer() {
        return offer;
    }

    /** The entry as a JSON object that still misses its closing brace, so that more keys can follow. */
    public byte[] openJson(Instant lastSeen) {
        byte[] seen = Timestamps.format(lastSeen).getBytes(StandardCharsets.US_ASCII);
        byte[] json = Arrays.copyOf(shown, shown.length + LAST_SEEN.length + seen.length + 1);
        System.arraycopy(LAST_SEEN, 0, json, shown.length, LAST_SEEN.length);
        System.arraycopy(seen, 0, json, shown.length + LAST_SEEN.length, seen.length);
        json[json.length - 1] = '"';
        return json;
    }

    @Override
    public String toString() {
        return name() + " (" + state.sync().word() + ", " + state.status().word() + ", generation "
                + state.generation() + ")";
    }
}
