package dev.asmp.registry;

import dev.asmp.document.Document;
import dev.asmp.document.FileStamp;
import dev.asmp.document.HeapCost;
import dev.asmp.document.Json;
import dev.asmp.document.JsonSplice;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Timestamps;
import dev.asmp.manifest.IndexKeys;
import dev.asmp.manifest.Manifest;
import dev.asmp.ranking.Evidence;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/**
 * One service in the registry. There are up to tens of thousands, read thousands of times a second, so an entry holds its JSON
 * as bytes that are ready to be sent, and parses them only when it changes.
 */
public final class Entry implements ServiceRecord {
    /** What follows the moment at the end of an entry's own members. */
    private static final int AFTER_LAST_SEEN = "\"}".length();
    /** Health, in most cases. */
    private static final int OTHER_MEMBERS = 200;
    private static final String ANY_MOMENT = Timestamps.format(0);

    private final RenderedEntry text;
    private final EntryState state;
    private final String host;
    private final FileStamp stamp;
    /** The members that the registry adds to the manifest; any moment may stand in the last one, {@code last_seen}. */
    private final byte[] ownMembers;
    /** The members that it adds to an offer. */
    private final byte[] offerMembers;
    private final long heapBytes;

    Entry(Manifest manifest, Mods mods, EntryState state, String host, FileStamp stamp) {
        this(RenderedEntry.of(manifest, mods), state, host, stamp);
    }

    Entry(RenderedEntry text, EntryState state, String host, FileStamp stamp) {
        this.text = text;
        this.state = state;
        this.host = host;
        this.stamp = stamp;
        this.ownMembers = JsonSplice.members(ownKeys(state, host).put(IndexKeys.LAST_SEEN, ANY_MOMENT).build());
        this.offerMembers = JsonSplice.members(offerKeys(state, host));
        this.heapBytes = heapBytes(text, state);
    }

    /** An entry whose members were rendered before, from the same state and host. */
    Entry(RenderedEntry text, EntryState state, String host, FileStamp stamp, byte[] ownMembers,
            byte[] offerMembers) {
        this.text = text;
        this.state = state;
        this.host = host;
        this.stamp = stamp;
        this.ownMembers = ownMembers;
        this.offerMembers = offerMembers;
        this.heapBytes = heapBytes(text, state);
    }

    /** The path of the source is in the state and in both members. What else changes with the state takes the same for all. */
    private static long heapBytes(RenderedEntry text, EntryState state) {
        return text.heapBytes() + (state.source() == null ? 0 : 3 * HeapCost.of(state.source()));
    }

    /** An estimate of the heap that the entry takes in a catalog; a change of its status or generation leaves it as it is. */
    public long heapBytes() {
        return heapBytes;
    }

    /** The registry's own keys at the end of an entry, on the wire and on disk. */
    static Mapping.Builder ownKeys(EntryState state, String host) {
        return Mapping.builder().put(IndexKeys.SOURCE, state.source()).put(IndexKeys.GENERATION, state.generation())
                .put(IndexKeys.SYNC, state.sync().word()).put(IndexKeys.STATUS, state.status().word())
                .put(IndexKeys.HOST, host);
    }

    /** The registry's own keys of an offer; the last probe's result follows them. */
    private static Mapping offerKeys(EntryState state, String host) {
        String source = state.source();
        return Mapping.builder().put("source", source == null ? Scalar.NULL : Scalar.text(source))
                .put("status", state.status().word()).put("sync", state.sync().word())
                .put("generation", state.generation()).put("host", host).build();
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
        return new Entry(text, state, host, written, ownMembers, offerMembers);
    }

    public boolean isStale() {
        return state.status() == Status.STALE;
    }

    /** What questions are matched against. */
    public Evidence evidence() {
        return text.evidence();
    }

    /** Parses the manifest. */
    public Manifest manifest() {
        return Manifest.of(Json.read(text.manifest()));
    }

    boolean saysTheSameAs(Manifest manifest) {
        return Arrays.equals(text.manifest(), manifest.json());
    }

    /** The fingerprint of all that the entry says: equal fingerprints mean that its file was not edited. */
    String fingerprint() {
        CRC32C crc = new CRC32C();
        crc.update(text.shown());
        return Integer.toHexString((int) crc.getValue()) + "-" + text.shown().length + "-" + state.sync().word()
                + "-"
                + state.status().word();
    }

    /** The endpoints as JSON, for comparison. */
    static byte[] endpoints(Manifest manifest) {
        return Json.write(manifest.endpoints());
    }

    byte[] ownMembers() {
        return ownMembers;
    }

    byte[] offerMembers() {
        return offerMembers;
    }

    /** The ports on this host that the service holds; only a registered one holds any. */
    List<Integer> heldPorts() {
        return state.status() == Status.REGISTERED ? text.ports() : List.of();
    }

    /** Adds what the entry says to a fingerprint, but for the registry's own moments and numbers. */
    public void addTo(Checksum print) {
        print.update(text.listed());
        print.update(isStale() ? 1 : 0);
    }

    /** Parses the endpoints that the manifest declares. */
    public List<Document> endpoints() {
        return manifest().endpoints().items();
    }

    /** The manifest's {@code health} block as JSON, or null. */
    public byte @Nullable [] health() {
        return text.health();
    }

    /** Parses the attached mods. */
    Mods mods() {
        return text.parsedMods();
    }

    /** The digest of what this entry says, as an owner approves it. */
    String contentDigest() {
        return ContentDigest.of(manifest().document(), mods());
    }

    /** The entry as a JSON object, with these members, rendered for {@link JsonSplice}, at its end. */
    public byte[] json(Instant lastSeen, byte[]... more) {
        return json(text.shown(), lastSeen, more);
    }

    /** The same without secrets. */
    public byte[] listed(Instant lastSeen, byte[]... more) {
        return json(text.listed(), lastSeen, more);
    }

    private byte[] json(byte[] shown, Instant lastSeen, byte[]... more) {
        byte[] own = ownMembers.clone();
        Timestamps.write(Timestamps.millis(lastSeen), own, own.length - AFTER_LAST_SEEN - Timestamps.LENGTH);
        byte[][] members = new byte[more.length + 1][];
        members[0] = own;
        System.arraycopy(more, 0, members, 1, more.length);
        return JsonSplice.append(shown, members);
    }

    /** About how many bytes the entry takes as JSON. */
    public long length() {
        return (long) text.shown().length + ownMembers.length + OTHER_MEMBERS;
    }

    @Override
    public String toString() {
        return name() + " (" + state.sync().word() + ", " + state.status().word() + ", generation "
                + state.generation() + ")";
    }
}
