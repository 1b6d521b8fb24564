package dev.asmp.vm;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Timestamps;
import dev.asmp.store.Journal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes the fleet of a start from the journal's records, in the order in which they were written. */
final class FleetLoader implements Consumer<byte[]> {
    /** A journal that is open, and what it holds. */
    record Opened(Journal journal, List<Vm> vms, SortedMap<String, Mapping> facts, long nextNumber) {}

    private final Map<String, Replayed> vms = new HashMap<>();
    private final SortedMap<String, Mapping> facts = new TreeMap<>();
    private long nextNumber;

    /** A VM as far as the journal was read. */
    private record Replayed(VmEntry entry, Rank rank, boolean stale) {
        Replayed seenAt(long moment) {
            return new Replayed(entry.seenAt(moment), rank, false);
        }

        Vm vm(long nanos) {
            long lastSeen = entry.lastSeen().toEpochMilli();
            Heartbeat heartbeat = stale
                    ? Heartbeat.silent(entry.id(), rank, nanos, lastSeen)
                    : new Heartbeat(entry.id(), rank, nanos, lastSeen);
            heartbeat.register(entry.instance());
            return new Vm(entry, heartbeat, stale);
        }

        Replayed gone() {
            return new Replayed(entry, rank, true);
        }
    }

    private FleetLoader() {}

    /** Opens the journal, creating it if it is missing, and replays it. */
    static Opened open(Path file, long nanos, Consumer<String> log) throws IOException {
        FleetLoader loader = new FleetLoader();
        Journal journal = Journal.open(file, VmRecordCodec.KIND, VmRecordCodec.FORMAT, loader, log);
        return new Opened(journal, loader.vms(nanos), loader.facts, loader.nextNumber);
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
        vms.put(entry.id(), new Replayed(entry, new Rank(entry.registeredAtMillis(), number), false));
        nextNumber = Math.max(nextNumber, number + 1);
    }

    private void replay(Mapping said) {
        switch (said.fields().firstEntry().getKey()) {
            case VmRecordCodec.SEEN -> said.mapping(VmRecordCodec.SEEN).fields().forEach(this::see);
            case VmRecordCodec.REMOVE -> said.texts(VmRecordCodec.REMOVE).forEach(vms::remove);
            case VmRecordCodec.STALE ->
                said.texts(VmRecordCodec.STALE).forEach(id -> vms.computeIfPresent(id, (_, vm) -> vm.gone()));
            case VmRecordCodec.KEEP -> said.mapping(VmRecordCodec.KEEP).fields().forEach(this::keep);
            default -> throw new IllegalArgumentException("says nothing that is known");
        }
    }

    private void keep(String key, @Nullable Document written) {
        if (written instanceof Mapping mapping) {
            facts.put(key, mapping);
        } else {
            facts.remove(key);
        }
    }

    private void see(String id, @Nullable Document time) {
        Replayed vm = vms.get(id);
        if (vm != null && time instanceof Scalar moment) {
            vms.put(id, vm.seenAt(Timestamps.millis(Objects.requireNonNull(Timestamps.parse(moment.text())))));
        }
    }

    /** The VMs that were not removed. Those that were stale still are; all others count as heard just now. */
    private List<Vm> vms(long nanos) {
        return vms.values().stream().map(replayed -> replayed.vm(nanos)).toList();
    }
}
