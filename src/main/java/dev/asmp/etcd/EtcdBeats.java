package dev.asmp.etcd;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Timestamps;
import dev.asmp.vm.MirroredFleet;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The heartbeats that this process took and other processes do not know yet. Every few seconds they become the value of one key:
 *
 * <pre>
 *   {"at": moment, "seen": {"vm-1": milliseconds after it, …}, "kept": {"vm-7": -61000, …}}
 * </pre>
 *
 * The keys are a ring, so that they always hold the last two minutes. What a slot held before and has not been heard since is
 * kept in the next value: it tells a process that starts when a VM was last seen, and is no sign of life.
 */
final class EtcdBeats {
    private static final int SLOTS = 40;
    /** Less than etcd takes in one request. */
    private static final int MAX_BYTES = 800_000;
    /** The characters beside an id. */
    private static final int OVERHEAD = 16;
    private static final String AT = "at";
    private static final String SEEN = "seen";
    private static final String KEPT = "kept";

    private final ConcurrentHashMap<String, Long> unsaved = new ConcurrentHashMap<>();
    private final @Nullable Slot[] ring = new Slot[SLOTS];
    private int slot;

    /** What a key of the ring holds now. */
    private record Slot(String[] ids, long[] moments) {
        static Slot of(Batch batch) {
            String[] ids = Stream.concat(batch.seen.keySet().stream(), batch.kept.keySet().stream())
                    .toArray(String[]::new);
            return new Slot(ids, LongStream.concat(batch.seen.values().stream().mapToLong(Long::longValue),
                    batch.kept.values().stream().mapToLong(Long::longValue)).toArray());
        }
    }

    /** Heartbeats on their way into a slot; a full one left some out. */
    record Batch(int slot, Map<String, Long> seen, Map<String, Long> kept, boolean isFull) {
        byte[] json() {
            long at = seen.values().stream().mapToLong(Long::longValue).min().orElse(0);
            return Json.write(Mapping.builder().put(AT, Timestamps.format(at)).put(SEEN, after(at, seen))
                    .put(KEPT, kept.isEmpty() ? null : after(at, kept)).build());
        }

        private static Mapping after(long at, Map<String, Long> moments) {
            Mapping.Builder offsets = Mapping.builder();
            moments.forEach((id, moment) -> offsets.put(id, moment - at));
            return offsets.build();
        }
    }

    /** Notes a heartbeat; for any thread. */
    void note(String id, long moment) {
        unsaved.merge(id, moment, Math::max);
    }

    int waiting() {
        return unsaved.size();
    }

    /** Takes those that have gathered, as many as one value holds; null where there are none. */
    @Nullable
    Batch take(MirroredFleet view) {
        Map<String, Long> seen = new LinkedHashMap<>();
        int bytes = 0;
        boolean full = false;
        for (Map.Entry<String, Long> beat : unsaved.entrySet()) {
            if (bytes > MAX_BYTES / 2) {
                full = true;
                break;
            }
            seen.put(beat.getKey(), beat.getValue());
            bytes += 3 * beat.getKey().length() + OVERHEAD;
        }
        if (seen.isEmpty()) {
            return null;
        }
        seen.forEach(unsaved::remove);
        Map<String, Long> kept = new LinkedHashMap<>();
        Slot before = ring[slot];
        for (int i = 0; before != null && i < before.ids.length && bytes < MAX_BYTES; i++) {
            String id = before.ids[i];
            if (!seen.containsKey(id) && !view.isAsleep(id) && view.lastSeen(id) == before.moments[i]) {
                kept.put(id, before.moments[i]);
                bytes += 3 * id.length() + OVERHEAD;
            }
        }
        return new Batch(slot, seen, kept, full);
    }

    /** Notes that a batch is saved. */
    void saved(Batch batch) {
        ring[slot] = Slot.of(batch);
        slot = (slot + 1) % SLOTS;
    }

    /** Takes a batch back that could not be saved. */
    void failed(Batch batch) {
        batch.seen.forEach(this::note);
    }

    /** Reads a value; anything else is an unchecked exception. */
    static void read(byte[] json, BiConsumer<String, Long> seen, BiConsumer<String, Long> kept) {
        if (!(Json.readTrusted(json) instanceof Mapping said)) {
            throw new IllegalArgumentException("no object");
        }
        Instant start = Timestamps.parse(said.text(AT));
        if (start == null) {
            throw new IllegalArgumentException("no moment");
        }
        long at = Timestamps.millis(start);
        each(said.mapping(SEEN), at, seen);
        each(said.mapping(KEPT), at, kept);
    }

    private static void each(Mapping offsets, long at, BiConsumer<String, Long> action) {
        for (Map.Entry<String, Document> field : offsets.fields().entrySet()) {
            if (field.getValue() instanceof Scalar offset) {
                action.accept(field.getKey(), at + Long.parseLong(offset.text()));
            }
        }
    }
}
