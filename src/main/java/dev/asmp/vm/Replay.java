package dev.asmp.vm;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes a fleet again from the journal's records, taken in the order in which they were written. */
final class Replay implements Consumer<byte[]> {
    private final Map<String, Past> vms = new HashMap<>();
    private long nextNumber;

    /** A VM as far as the journal has told. */
    private record Past(VmEntry entry, Rank rank, boolean stale) {
        Past seenAt(long moment) {
            return new Past(entry.seenAt(moment), rank, false);
        }

        Past gone() {
            return new Past(entry, rank, true);
        }
    }

    @Override
    public void accept(byte[] line) {
        if (!(Json.read(line) instanceof Mapping said)) {
            throw new IllegalArgumentException("no object");
        }
        if (said.get(VmRecords.PUT) instanceof Mapping entry) {
            put(VmEntry.read(entry), Long.parseLong(String.valueOf(said.text(VmRecords.NUMBER))));
        } else if (said.get(VmRecords.SEEN) instanceof Mapping times) {
            times.fields().forEach(this::see);
        } else if (said.get(VmRecords.REMOVE) != null) {
            said.texts(VmRecords.REMOVE).forEach(vms::remove);
        } else if (said.get(VmRecords.STALE) != null) {
            said.texts(VmRecords.STALE).forEach(id -> vms.computeIfPresent(id, (_, vm) -> vm.gone()));
        } else {
            throw new IllegalArgumentException("says nothing that is known");
        }
    }

    private void put(VmEntry entry, long number) {
        vms.put(entry.id(), new Past(entry, new Rank(entry.registeredAtMillis(), number), false));
        nextNumber = Math.max(nextNumber, number + 1);
    }

    private void see(String id, @Nullable Document time) {
        Past vm = vms.get(id);
        if (vm != null && time instanceof Scalar moment) {
            vms.put(id, vm.seenAt(IsoMillis.parse(moment.text())));
        }
    }

    long nextNumber() {
        return nextNumber;
    }

    /**
     * The fleet of those that were not removed. Who was stale still is; everybody else has given a sign of life just now, as
     * far as this fleet can know.
     */
    Fleet fleet(long nanos) {
        Fleet fleet = Fleet.EMPTY;
        for (Past past : vms.values()) {
            Pulse pulse = new Pulse(past.entry.id(), past.rank, past.stale ? nanos - Pulse.WINDOW : nanos,
                    past.entry.lastSeen().toEpochMilli());
            pulse.setAsleep(past.stale);
            fleet = fleet.with(new Vm(past.entry, pulse, past.stale));
        }
        return fleet;
    }
}
