package dev.asmp.registry;

import dev.asmp.document.Document;
import dev.asmp.document.FileStamp;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.IndexKeys;
import dev.asmp.manifest.Manifest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One service as the registry knows it. Ten thousand of these live in memory and are answered thousands of times a second,
 * so an entry holds its JSON as bytes, ready to be sent, and parses them again only when it changes.
 */
public final class Entry {
    private static final byte[] LAST_SEEN = ",\"last_seen\":\"".getBytes(StandardCharsets.US_ASCII);

    private final String name;
    private final String kind;
    private final @Nullable String section;
    private final String description;
    private final List<String> provides;
    private final List<String> aliases;
    private final String searchText;
    private final String host;
    private final State state;
    private final FileStamp stamp;
    /** The manifest's JSON object, then the registry's own keys but for last_seen, without the closing brace. */
    private final byte[] shown;
    private final int manifestLength;
    private final byte[] offer;

    Entry(Manifest manifest, State state, String host, FileStamp stamp) {
        this.name = manifest.name();
        this.kind = manifest.kind();
        this.section = manifest.section();
        this.description = manifest.description();
        this.provides = manifest.provides();
        this.aliases = manifest.aliases();
        this.searchText = Stream.of(Stream.of(name, description), provides.stream(), aliases.stream())
                .flatMap(texts -> texts).map(text -> text.toLowerCase(Locale.ROOT)).collect(Collectors.joining("\n"));
        this.host = host;
        this.state = state;
        this.stamp = stamp;
        byte[] json = Json.write(manifest.document());
        this.manifestLength = json.length - 1;
        byte[] own = Json.write(ownKeys(state, host).build());
        this.shown = Arrays.copyOf(json, manifestLength + own.length - 1);
        System.arraycopy(own, 0, shown, manifestLength, own.length - 1);
        shown[manifestLength] = ',';
        this.offer = Json.write(offer(manifest, state, host));
    }

    private Entry(Entry other, FileStamp stamp) {
        this.name = other.name;
        this.kind = other.kind;
        this.section = other.section;
        this.description = other.description;
        this.provides = other.provides;
        this.aliases = other.aliases;
        this.searchText = other.searchText;
        this.host = other.host;
        this.state = other.state;
        this.stamp = stamp;
        this.shown = other.shown;
        this.manifestLength = other.manifestLength;
        this.offer = other.offer;
    }

    /** The registry's own keys as they stand at the end of an entry, on the wire and on disk. */
    static Mapping.Builder ownKeys(State state, String host) {
        return Mapping.builder().put(IndexKeys.SOURCE, state.source()).put(IndexKeys.GENERATION, state.generation())
                .put(IndexKeys.SYNC, state.sync().word()).put(IndexKeys.STATUS, state.status().word())
                .put(IndexKeys.HOST, host);
    }

    private static Document offer(Manifest manifest, State state, String host) {
        return Mapping.builder().put("name", manifest.name()).put("description", manifest.description())
                .put("kind", manifest.kind()).put("section", manifest.section())
                .put("provides", Sequence.ofTexts(manifest.provides())).put("endpoints", manifest.endpoints())
                .put("repo", textOrNull(manifest.repo())).put("source", textOrNull(state.source()))
                .put("status", state.status().word()).put("sync", state.sync().word())
                .put("generation", state.generation()).put("host", host).build();
    }

    private static Document textOrNull(@Nullable String text) {
        return text == null ? Scalar.NULL : Scalar.text(text);
    }

    public String name() {
        return name;
    }

    public String kind() {
        return kind;
    }

    public @Nullable String section() {
        return section;
    }

    public String description() {
        return description;
    }

    public List<String> provides() {
        return provides;
    }

    public List<String> aliases() {
        return aliases;
    }

    public String host() {
        return host;
    }

    public State state() {
        return state;
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
        return searchText.contains(lowerCaseText);
    }

    /** The manifest, parsed anew. */
    public Manifest manifest() {
        return Manifest.of(Json.read(manifestJson()));
    }

    private byte[] manifestJson() {
        byte[] json = Arrays.copyOf(shown, manifestLength + 1);
        json[manifestLength] = '}';
        return json;
    }

    boolean saysTheSameAs(Manifest manifest) {
        return Arrays.equals(manifestJson(), Json.write(manifest.document()));
    }

    /** A short print of all that the entry says: equal prints mean that nobody edited it. */
    String fingerprint() {
        CRC32C crc = new CRC32C();
        crc.update(shown, 0, manifestLength);
        return Integer.toHexString((int) crc.getValue()) + "-" + manifestLength + "-" + state.sync().word() + "-"
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
        return name + " (" + state.sync().word() + ", " + state.status().word() + ", generation " + state.generation()
                + ")";
    }
}
