package dev.asmp.etcd;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Timestamps;
import dev.asmp.vm.MirroredFleet;
import dev.asmp.vm.MirroredFleet.Heard;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The heartbeats that this process took and other processes do not know yet. Every few seconds they become the value of one key:
 *
 * <pre>
 *   {"at": moment, "seen": {"vm-1": milliseconds after it, …}, "by": ["instance.seq", …], "kept": {"vm-7": -61000, …}}
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
    private static final int OVERHEAD = 48;
    private static final String AT = "at";
    private static final String SEEN = "seen";
    private static final String BY = "by";
    private static final String KEPT = "kept";

    private final MirroredFleet view;
    private final @Nullable Slot[] ring = new Slot[SLOTS];
    private int slot;

    EtcdBeats(MirroredFleet view) {
        this.view = view;
    }

    /** What a key of the ring holds now. */
    private record Slot(String[] ids, long[] moments) {
        static Slot of(Batch batch) {
            String[] ids = Stream.concat(batch.seen.keySet().stream(), batch.kept.keySet().stream())
                    .toArray(String[]::new);
            return new Slot(ids, LongStream.concat(batch.seen.values().stream().mapToLong(Heard::moment),
                    batch.kept.values().stream().mapToLong(Long::longValue)).toArray());
        }
    }

    /** Heartbeats on their way into a slot; a full one left some out. */
    record Batch(int slot, Map<String, Heard> seen, Map<String, Long> kept, boolean isFull) {
        byte[] json() {
            long at = seen.values().stream().mapToLong(Heard::moment).min().orElse(0);
            Mapping.Builder after = Mapping.builder();
            seen.forEach((id, heard) -> after.put(id, heard.moment() - at));
            Mapping.Builder keptAfter = Mapping.builder();
            kept.forEach((id, moment) -> keptAfter.put(id, moment - at));
            return Json.write(Mapping.builder().put(AT, Timestamps.format(at)).put(SEEN, after.build())
                    .put(BY, by()).put(KEPT, kept.isEmpty() ? null : keptAfter.build()).build());
        }

        /** Who sent them, in the same order; null where none of them says that. */
        private @Nullable Sequence by() {
            return seen.values().stream().allMatch(heard -> heard.seq() < 0)
                    ? null
                    : new Sequence(seen.values().stream().<Document>map(heard -> Scalar.text(heard.seq() < 0
                            ? ""
                            : Long.toString(heard.sender(), Character.MAX_RADIX) + "." + heard.seq())).toList());
        }
    }

    /** Takes those that have gathered, as many as one value holds; null where there are none. */
    @Nullable
    Batch take() {
        Map<String, Heard> seen = new LinkedHashMap<>();
        int bytes = 0;
        while (bytes <= MAX_BYTES / 2) {
            Heard heard = view.takeUnsaved();
            if (heard == null) {
                break;
            }
            seen.put(heard.id(), heard);
            bytes += 3 * heard.id().length() + OVERHEAD;
        }
        if (seen.isEmpty()) {
            return null;
        }
        boolean full = bytes > MAX_BYTES / 2;
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
        batch.seen.keySet().forEach(view::noteUnsaved);
    }

    /** Reads a value; anything else is an unchecked exception. */
    static void read(byte[] json, Consumer<Heard> seen, BiConsumer<String, Long> kept) {
        if (!(Json.readTrusted(json) instanceof Mapping said)) {
            throw new IllegalArgumentException("no object");
        }
        Instant start = Timestamps.parse(said.text(AT));
        if (start == null) {
            throw new IllegalArgumentException("no moment");
        }
        long at = Timestamps.millis(start);
        Iterator<Document> by = said.list(BY).iterator();
        each(said.mapping(SEEN), at, (id, moment) -> {
            String sender = by.hasNext() && by.next() instanceof Scalar text ? text.text() : "";
            int dot = sender.indexOf('.');
            seen.accept(dot < 0
                    ? new Heard(id, moment, 0, -1)
                    : new Heard(id, moment, Long.parseLong(sender, 0, dot, Character.MAX_RADIX),
                            Long.parseLong(sender, dot + 1, sender.length(), 10)));
        });
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
