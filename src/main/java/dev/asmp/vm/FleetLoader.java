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
final class FleetLoader implements Consumer<byte[]> {
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
        VmEntry entry = VmRecordCodec.entry(record);
        if (entry != null) {
            put(entry, VmRecordCodec.number(record));
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
            case VmRecordCodec.SEEN -> said.mapping(VmRecordCodec.SEEN).fields().forEach(this::see);
            case VmRecordCodec.REMOVE -> said.texts(VmRecordCodec.REMOVE).forEach(vms::remove);
            case VmRecordCodec.STALE ->
                said.texts(VmRecordCodec.STALE).forEach(id -> vms.computeIfPresent(id, (_, vm) -> vm.gone()));
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
            Heartbeat pulse = new Heartbeat(past.entry.id(), past.rank, past.stale ? nanos - Heartbeat.WINDOW : nanos,
                    past.entry.lastSeen().toEpochMilli());
            pulse.setAsleep(past.stale);
            return new Vm(past.entry, pulse, past.stale);
        }).toList();
    }
}
