package dev.asmp.health;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The health of probed services in the last 24 hours: for each ten minutes whether all probes succeeded, and their mean latency.
 * Services beyond the budget have no history. For any thread.
 */
public final class HealthHistory {
    private static final int SLOTS = 144;
    private static final long SLOT_SECONDS = Duration.ofHours(24).toSeconds() / SLOTS;
    /** The heap that one service takes: its slots, and what holds them. */
    private static final int COST = SLOTS * Integer.BYTES + 200;
    private static final int FORMAT = 1;
    private static final int FAILED = 1 << 30;
    private static final int HAS_LATENCY = 1 << 29;
    private static final int LATENCY = HAS_LATENCY - 1;

    private final Map<String, Slots> services = new ConcurrentHashMap<>();
    private final ByteBudget budget;
    private volatile Runnable changed = () -> {};

    public HealthHistory(ByteBudget budget) {
        this.budget = budget;
    }

    /**
     * The probes of ten minutes.
     *
     * @param healthy whether all of them succeeded
     * @param latencyMs their mean latency; null where none was measured
     */
    public record Sample(Instant at, boolean healthy, @Nullable Integer latencyMs) {}

    /** Ten minutes: their number since 1970, and the flags and the latency in one value. */
    private record Slot(long number, int value) {
        Sample sample() {
            return new Sample(Instant.ofEpochSecond(number * SLOT_SECONDS), (value & FAILED) == 0,
                    (value & HAS_LATENCY) == 0 ? null : value & LATENCY);
        }
    }

    /** The slots of one service as a ring: a slot's place is its number modulo their count; 0 is a slot without a probe. */
    private static final class Slots {
        private final int[] ring = new int[SLOTS];
        private long newest;
        private int measured;

        synchronized void add(long slot, boolean healthy, @Nullable Long latency) {
            if (slot <= newest - SLOTS) {
                Arrays.fill(ring, 0); // the clock was set back by more than a day
                newest = slot;
            }
            if (slot > newest) {
                for (long skipped = Math.max(newest + 1, slot - SLOTS + 1); skipped <= slot; skipped++) {
                    ring[place(skipped)] = 0;
                }
                newest = slot;
                measured = 0;
            }
            int known = ring[place(slot)];
            int next = known | (healthy ? 0 : FAILED);
            if (latency != null) {
                long mean = known & LATENCY;
                measured++;
                mean += (Math.clamp(latency, 1, LATENCY) - mean) / measured;
                next = (next & ~LATENCY) | HAS_LATENCY | (int) Math.max(1, mean);
            } else if (next == 0) {
                next = 1; // a probe without a latency, distinct from no probe
            }
            ring[place(slot)] = next;
        }

        synchronized void put(long slot, int value) {
            add(slot, true, null);
            ring[place(slot)] = value;
        }

        synchronized List<Slot> since(long oldest) {
            List<Slot> known = new ArrayList<>();
            for (long slot = Math.max(oldest, newest - SLOTS + 1); slot <= newest; slot++) {
                if (ring[place(slot)] != 0) {
                    known.add(new Slot(slot, ring[place(slot)]));
                }
            }
            return known;
        }

        private static int place(long slot) {
            return (int) Math.floorMod(slot, (long) SLOTS);
        }
    }

    /** Calls back after each probe that is added. */
    public void whenChanged(Runnable told) {
        changed = told;
    }

    /** Adds the result of a probe. */
    void add(String name, Instant at, boolean healthy, @Nullable Long latencyMs) {
        Slots slots = slots(name);
        if (slots != null) {
            slots.add(slot(at), healthy, latencyMs);
            changed.run();
        }
    }

    private @Nullable Slots slots(String name) {
        Slots known = services.get(name);
        if (known != null || !budget.tryTake(COST)) {
            return known;
        }
        Slots made = new Slots();
        Slots other = services.putIfAbsent(name, made);
        if (other != null) {
            budget.release(COST);
        }
        return other == null ? made : other;
    }

    private static long slot(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), SLOT_SECONDS);
    }

    /** The samples of the last 24 hours, oldest first; none for a service that was not probed. */
    public List<Sample> of(String name, Instant now) {
        Slots slots = services.get(name);
        if (slots == null) {
            return List.of();
        }
        return slots.since(slot(now) - SLOTS + 1).stream().map(Slot::sample).toList();
    }

    /** Writes all of the last 24 hours as JSON lines, and forgets what is older. */
    public void writeTo(OutputStream out, Instant now) throws IOException {
        out.write(Json.write(Mapping.builder().put("format", FORMAT).build()));
        out.write('\n');
        long oldest = slot(now) - SLOTS + 1;
        services.entrySet().removeIf(service -> isOver(service.getValue(), oldest));
        for (Map.Entry<String, Slots> service : services.entrySet()) {
            List<Slot> known = service.getValue().since(oldest);
            List<Document> slots = new ArrayList<>();
            known.forEach(slot -> {
                slots.add(Scalar.number(slot.number));
                slots.add(Scalar.number(slot.value));
            });
            out.write(Json.write(Mapping.builder().put("name", service.getKey()).put("slots", new Sequence(slots))
                    .build()));
            out.write('\n');
        }
    }

    private boolean isOver(Slots service, long oldest) {
        boolean over = service.since(oldest).isEmpty();
        if (over) {
            budget.release(COST);
        }
        return over;
    }

    /** Takes in a line that was written, except slots that are still to come; false where it is none, or of another format. */
    public boolean readLine(byte[] line, Instant now) {
        try {
            if (!(Json.read(line) instanceof Mapping mapping)) {
                return false;
            }
            String name = mapping.text("name");
            List<String> slots = mapping.texts("slots");
            if (name == null) {
                return String.valueOf(FORMAT).equals(mapping.text("format"));
            }
            Slots service = slots.isEmpty() ? null : slots(name);
            for (int i = 0; service != null && i + 1 < slots.size(); i += 2) {
                long slot = Long.parseLong(slots.get(i));
                if (slot <= slot(now)) {
                    service.put(slot, Integer.parseInt(slots.get(i + 1)));
                }
            }
            return true;
        } catch (MalformedDocumentException | NumberFormatException _) {
            return false;
        }
    }
}
