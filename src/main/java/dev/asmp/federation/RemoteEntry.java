package dev.asmp.federation;

import dev.asmp.document.Document;
import dev.asmp.document.HeapCost;
import dev.asmp.document.Json;
import dev.asmp.document.JsonSplice;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Timestamps;
import dev.asmp.manifest.IndexKeys;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Mod;
import dev.asmp.manifest.SecretMask;
import dev.asmp.ranking.Evidence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A service of another host, as that host told of it and as it is reached from here. */
public final class RemoteEntry {
    /** The object, its place in its host's entries, and the list of its capabilities. */
    private static final long FIXED = 320;

    private final String plainName;
    private final String name;
    private final String kind;
    private final @Nullable String section;
    private final boolean isStale;
    private final @Nullable Boolean healthy;
    private final List<String> provides;
    private final Evidence evidence;
    private final byte[] json;
    /** The other host's probe, as members that follow the entry; stale entries have none. */
    private final byte[] health;

    private RemoteEntry(Manifest manifest, List<Mod> mods, String host, Mapping item, Mapping shown) {
        this.plainName = manifest.name();
        this.name = plainName + "@" + host;
        this.kind = manifest.kind();
        this.section = manifest.section();
        this.isStale = "stale".equals(item.text(IndexKeys.STATUS));
        this.healthy = bool(item.get("healthy"));
        List<String> all = new ArrayList<>(manifest.provides());
        mods.forEach(mod -> all.addAll(mod.provides()));
        this.provides = List.copyOf(all);
        this.evidence = Evidence.of(manifest, mods);
        this.json = Json.write(shown);
        Instant checked = Timestamps.parse(item.text("last_check"));
        this.health = JsonSplice.members(Mapping.builder()
                .put("healthy", healthy == null ? Scalar.NULL : Scalar.bool(healthy))
                .put("last_check", healthy == null || checked == null ? null : Timestamps.format(checked))
                .put("checked_by", healthy == null ? null : host).build());
    }

    private static @Nullable Boolean bool(@Nullable Document document) {
        if (document instanceof Scalar scalar && scalar.kind() == Scalar.Kind.BOOLEAN) {
            return scalar.isTrue();
        }
        return null;
    }

    /**
     * Takes an item of another host's answer; throws where it is no valid entry.
     *
     * @param host the name under which that host is filed
     * @param address where this host reaches the other one; null where it is not known
     */
    static RemoteEntry of(Mapping item, String host, @Nullable String address) {
        Manifest manifest = Manifest.of(Sharing.stripped(item));
        List<Mod> mods = new ArrayList<>();
        for (Document mod : manifest.document().list("mods")) {
            if (mod instanceof Mapping mapping && "attached".equals(mapping.text("state"))) {
                mods.add(Mod.of(mod));
            }
        }
        Mapping shown = SecretMask.masked(manifest.document()).with("name", Scalar.text(manifest.name() + "@" + host));
        if (shown.get("endpoints") != null) {
            shown = shown.with("endpoints", Sharing.seenFrom(shown.list("endpoints"), address));
        }
        String generation = item.text(IndexKeys.GENERATION);
        Instant seen = Timestamps.parse(item.text(IndexKeys.LAST_SEEN));
        Mapping.Builder own = Mapping.builder().putAll(shown);
        own.put(IndexKeys.GENERATION,
                generation != null && generation.matches("[0-9]{1,15}") ? Long.parseLong(generation) : 1);
        return new RemoteEntry(manifest, mods, host, item, own.put(IndexKeys.SYNC, "federate")
                .put(IndexKeys.HOST, host).put(IndexKeys.LAST_SEEN, seen == null ? null : Timestamps.format(seen))
                .build());
    }

    /** The name with the host's behind it, which no service of this host can have. */
    public String name() {
        return name;
    }

    String plainName() {
        return plainName;
    }

    public String kind() {
        return kind;
    }

    public @Nullable String section() {
        return section;
    }

    public List<String> provides() {
        return provides;
    }

    public Evidence evidence() {
        return evidence;
    }

    /** About how many bytes it takes as JSON. */
    public long length() {
        return json.length + health.length + 200L;
    }

    /** Whether it is stale: its host said so, or its host is silent. */
    public boolean isStale(RemoteHost.Standing standing) {
        return isStale || !standing.isOk();
    }

    /** The result of the other host's last probe; null where there is none that still counts. */
    public @Nullable Boolean healthy(RemoteHost.Standing standing) {
        return isStale(standing) ? null : healthy;
    }

    /** The entry as a JSON object. */
    public byte[] json(RemoteHost.Standing standing) {
        return JsonSplice.append(json, members(standing));
    }

    private byte[][] members(RemoteHost.Standing standing) {
        byte[] status = JsonSplice.members(
                Mapping.builder().put(IndexKeys.STATUS, isStale(standing) ? "stale" : "registered").build());
        return new byte[][]{status, isStale(standing) ? NO_HEALTH : health, standing.members()};
    }

    private static final byte[] NO_HEALTH = JsonSplice.members(Mapping.builder().put("healthy", Scalar.NULL).build());

    /** The entry, and its attached mods, as answers to "who provides this?". */
    public List<byte[]> offers(String wanted, RemoteHost.Standing standing) {
        Mapping entry = (Mapping) Json.read(json);
        List<byte[]> offers = new ArrayList<>();
        if (entry.mapping("capabilities").texts("provides").stream().anyMatch(one -> provides(one, wanted))) {
            offers.add(offer(entry, entry, null, entry.mapping("capabilities"), standing));
        }
        for (Document item : entry.list("mods")) {
            if (item instanceof Mapping mod && "attached".equals(mod.text("state"))
                    && mod.mapping("capabilities").texts("provides").stream().anyMatch(one -> provides(one, wanted))) {
                offers.add(offer(entry, mod, name, mod.mapping("capabilities"), standing));
            }
        }
        return offers;
    }

    private byte[] offer(Mapping entry, Mapping offered, @Nullable String parent, Mapping capabilities,
            RemoteHost.Standing standing) {
        String repo = entry.text("repo");
        Mapping offer = Mapping.builder().put("name", offered.text("name")).put("parent", parent)
                .put("description", offered.text("description") == null ? "" : offered.text("description"))
                .put("kind", parent == null ? kind : "mod").put("section", parent == null ? section : null)
                .put("provides", Sequence.ofTexts(capabilities.texts("provides")))
                .put("endpoints", new Sequence(entry.list("endpoints")))
                .put("repo", repo == null ? Scalar.NULL : Scalar.text(repo)).put("source", Scalar.NULL)
                .put(IndexKeys.SYNC, "federate").put(IndexKeys.GENERATION, entry.get(IndexKeys.GENERATION))
                .put(IndexKeys.HOST, entry.get(IndexKeys.HOST)).build();
        return JsonSplice.append(Json.write(offer), members(standing));
    }

    /** Whether a capability is the wanted one, or lies below a wanted {@code domain.*}. */
    public static boolean provides(String capability, String wanted) {
        return wanted.endsWith(".*")
                ? capability.startsWith(wanted.substring(0, wanted.length() - 1))
                : capability.equals(wanted);
    }

    /** An estimate of the heap that it takes. */
    long heapBytes() {
        long bytes = FIXED + HeapCost.of(name) + HeapCost.of(plainName) + HeapCost.of(json) + HeapCost.of(health)
                + HeapCost.of(evidence.text());
        for (String capability : provides) {
            bytes += 8 + HeapCost.of(capability);
        }
        return evidence.against() == null ? bytes : bytes + HeapCost.of(evidence.against());
    }

    /** Whether another one says the same, so that this one can stay. */
    boolean saysTheSameAs(RemoteEntry other) {
        return isStale == other.isStale && Arrays.equals(json, other.json) && Arrays.equals(health, other.health);
    }
}
