package dev.asmp.vm;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.util.HashMap;
import java.util.List;
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
    public void accept(byte[] record) {
        VmEntry entry = VmRecords.entry(record);
        if (entry != null) {
            put(entry, VmRecords.number(record));
        } else if (Json.read(record) instanceof Mapping said && said.fields().size() == 1) {
            replay(said);
        } else {
            throw new IllegalArgumentException("says nothing that is known");
        }
    }

    private void put(VmEntry entry, long number) {
        vms.put(entry.id(), new Past(entry, new Rank(entry.registeredAtMillis(), number), false));
        nextNumber = Math.max(nextNumber, number + 1);
    }

    private void replay(Mapping said) {
        switch (said.fields().firstEntry().getKey()) {
            case VmRecords.SEEN -> said.mapping(VmRecords.SEEN).fields().forEach(this::see);
            case VmRecords.REMOVE -> said.texts(VmRecords.REMOVE).forEach(vms::remove);
            case VmRecords.STALE ->
                said.texts(VmRecords.STALE).forEach(id -> vms.computeIfPresent(id, (_, vm) -> vm.gone()));
            default -> throw new IllegalArgumentException("says nothing that is known");
        }
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
     * Those that were not removed. Who was stale still is; everybody else has given a sign of life just now, as far as anybody
     * can know.
     */
    List<Vm> vms(long nanos) {
        return vms.values().stream().map(past -> {
            Pulse pulse = new Pulse(past.entry.id(), past.rank, past.stale ? nanos - Pulse.WINDOW : nanos,
                    past.entry.lastSeen().toEpochMilli());
            pulse.setAsleep(past.stale);
            return new Vm(past.entry, pulse, past.stale);
        }).toList();
    }
}
