package dev.asmp.registry;

import dev.asmp.document.Document;
import dev.asmp.document.FileStamp;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.manifest.IndexKeys;
import dev.asmp.manifest.Manifest;
import dev.asmp.ranking.Evidence;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
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
public final class Entry implements ServiceRecord {
    private static final byte[] LAST_SEEN = ",\"last_seen\":\"".getBytes(StandardCharsets.US_ASCII);

    private final RenderedEntry text;
    private final EntryState state;
    private final String host;
    private final FileStamp stamp;
    /** What the registry adds to the manifest, and to the offer: JSON that goes on where the text's object would close. */
    private final byte[] ownTail;
    private final byte[] offerTail;
    private final byte[] ownLastSeen;

    Entry(Manifest manifest, Mods mods, EntryState state, String host, FileStamp stamp) {
        this(RenderedEntry.of(manifest, mods), state, host, stamp);
    }

    Entry(RenderedEntry text, EntryState state, String host, FileStamp stamp) {
        this.text = text;
        this.state = state;
        this.host = host;
        this.stamp = stamp;
        this.ownTail = tail(ownKeys(state, host).build());
        this.offerTail = offered(state, host);
        this.ownLastSeen = Timestamps.format(state.lastSeen()).getBytes(StandardCharsets.US_ASCII);
    }

    private Entry(RenderedEntry text, EntryState state, String host, FileStamp stamp, byte[] ownTail, byte[] offerTail,
            byte[] ownLastSeen) {
        this.text = text;
        this.state = state;
        this.host = host;
        this.stamp = stamp;
        this.ownTail = ownTail;
        this.offerTail = offerTail;
        this.ownLastSeen = ownLastSeen;
    }

    /** Writes what {@link #readFrom} needs beside state, host and stamp. */
    void writeTo(DataOutputStream out) throws IOException {
        text.writeTo(out);
        SnapshotFile.writeBytes(ownTail, out);
        SnapshotFile.writeBytes(offerTail, out);
        SnapshotFile.writeBytes(ownLastSeen, out);
    }

    static Entry readFrom(DataInputStream in, EntryState state, String host, FileStamp stamp) throws IOException {
        return new Entry(RenderedEntry.readFrom(in), state, host, stamp, SnapshotFile.readBytes(in),
                SnapshotFile.readBytes(in),
                SnapshotFile.readBytes(in));
    }

    /** The registry's own keys as they stand at the end of an entry, on the wire and on disk. */
    static Mapping.Builder ownKeys(EntryState state, String host) {
        return Mapping.builder().put(IndexKeys.SOURCE, state.source()).put(IndexKeys.GENERATION, state.generation())
                .put(IndexKeys.SYNC, state.sync().word()).put(IndexKeys.STATUS, state.status().word())
                .put(IndexKeys.HOST, host);
    }

    /** The keys of an offer that are the registry's own; the outcome of a probe follows. */
    private static byte[] offered(EntryState state, String host) {
        String source = state.source();
        return tail(Mapping.builder().put("source", source == null ? Scalar.NULL : Scalar.text(source))
                .put("status", state.status().word()).put("sync", state.sync().word())
                .put("generation", state.generation()).put("host", host).build());
    }

    /** An object's keys, to follow those of another: without braces, after a comma. */
    private static byte[] tail(Mapping mapping) {
        byte[] json = Json.write(mapping);
        json[0] = ',';
        return Arrays.copyOf(json, json.length - 1);
    }

    @Override
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

    public EntryState state() {
        return state;
    }

    RenderedEntry text() {
        return text;
    }

    FileStamp stamp() {
        return stamp;
    }

    Entry withHost(String name) {
        return new Entry(text, state, name, stamp);
    }

    Entry withGeneration(long generation) {
        return generation == state.generation()
                ? this
                : new Entry(text, state.withGeneration(generation), host, stamp);
    }

    Entry withStamp(FileStamp written) {
        return new Entry(text, state, host, written, ownTail, offerTail, ownLastSeen);
    }

    public boolean isStale() {
        return state.status() == Status.STALE;
    }

    /** What a question is held against. */
    public Evidence evidence() {
        return text.evidence();
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
        crc.update(text.shown());
        return Integer.toHexString((int) crc.getValue()) + "-" + text.shown().length + "-" + state.sync().word()
                + "-"
                + state.status().word();
    }

    /** The endpoints as JSON text, to see whether they changed. */
    static byte[] endpoints(Manifest manifest) {
        return Json.write(manifest.endpoints());
    }

    /** What this entry and its mods offer. */
    List<Offer> offers() {
        return text.offers().stream().map(offered -> new Offer(this, offered.name(), offered.provides(),
                offered.json())).toList();
    }

    byte[] offerTail() {
        return offerTail;
    }

    /** The ports on this host that the service holds: one that is not in service holds none. */
    List<Integer> heldPorts() {
        return state.status() == Status.REGISTERED ? text.ports() : List.of();
    }

    /** The endpoints that the manifest declares, parsed anew. */
    public List<Document> endpoints() {
        return manifest().endpoints().items();
    }

    /** What the manifest asks to be probed, as JSON, or null. */
    public byte @Nullable [] health() {
        return text.health();
    }

    /** The mods that are attached, parsed anew. */
    Mods mods() {
        return text.parsedMods();
    }

    /** The print of what this entry says, as an owner approves it. */
    String contentDigest() {
        return ContentDigest.of(manifest().document(), mods());
    }

    /** The entry as a JSON object, with these keys, a tail that closes it, at its end. */
    public byte[] json(Instant lastSeen, byte[] closingTail) {
        byte[] shown = text.shown();
        byte[] seen = lastSeen.equals(state.lastSeen()) ? ownLastSeen : Timestamps.bytes(lastSeen);
        int length = shown.length - 1 + ownTail.length + LAST_SEEN.length + seen.length + 1 + closingTail.length;
        byte[] json = Arrays.copyOf(shown, length);
        int at = append(ownTail, json, shown.length - 1);
        at = append(LAST_SEEN, json, at);
        at = append(seen, json, at);
        json[at] = '"';
        append(closingTail, json, at + 1);
        return json;
    }

    private static int append(byte[] part, byte[] json, int at) {
        System.arraycopy(part, 0, json, at, part.length);
        return at + part.length;
    }

    @Override
    public String toString() {
        return name() + " (" + state.sync().word() + ", " + state.status().word() + ", generation "
                + state.generation() + ")";
    }
}
