package dev.asmp.vm;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * When to look whether a VM still gives signs of life: the pulses of all that are awake, the next one due first. A heartbeat
 * changes nothing here; a pulse that comes due and was heard meanwhile is put off. The writer's alone.
 */
final class SilenceDeadlines {
    private final TreeSet<Heartbeat> pulses = new TreeSet<>(
            Comparator.comparingLong(Heartbeat::due).thenComparing(Heartbeat::rank));
    /** Moments are counted from here, so that they compare as numbers wherever the clock began. */
    private final long origin;

    SilenceDeadlines(long origin) {
        this.origin = origin;
    }

    /** Has a pulse looked at when it will have been silent for too long. */
    void add(Heartbeat pulse) {
        pulse.setDue(pulse.alive() - origin + Heartbeat.WINDOW);
        pulses.add(pulse);
    }

    void remove(Heartbeat pulse) {
        pulses.remove(pulse);
    }

    /** Takes out the next one that has been silent for too long, or null. */
    @Nullable
    Heartbeat poll(long now) {
        while (!pulses.isEmpty() && pulses.first().due() <= now - origin) {
            Heartbeat pulse = pulses.removeFirst();
            if (pulse.isSilentAt(now)) {
                return pulse;
            }
            add(pulse);
        }
        return null;
    }
}
