package dev.asmp.vm;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * When to look whether a VM still gives signs of life: the pulses of all that are awake, the next one due first. A heartbeat
 * changes nothing here; a pulse that comes due and was heard meanwhile is put off. The writer's alone.
 */
final class Deadlines {
    private final TreeSet<Pulse> pulses = new TreeSet<>(
            Comparator.comparingLong(Pulse::due).thenComparing(Pulse::rank));
    /** Moments are counted from here, so that they compare as numbers wherever the clock began. */
    private final long origin;

    Deadlines(long origin) {
        this.origin = origin;
    }

    /** Has a pulse looked at when it will have been silent for too long. */
    void add(Pulse pulse) {
        pulse.setDue(pulse.alive() - origin + Pulse.WINDOW);
        pulses.add(pulse);
    }

    void remove(Pulse pulse) {
        pulses.remove(pulse);
    }

    /** Takes out the next one that has been silent for too long, or null. */
    @Nullable
    Pulse poll(long now) {
        while (!pulses.isEmpty() && pulses.first().due() <= now - origin) {
            Pulse pulse = pulses.removeFirst();
            if (pulse.isSilentAt(now)) {
                return pulse;
            }
            add(pulse);
        }
        return null;
    }
}
