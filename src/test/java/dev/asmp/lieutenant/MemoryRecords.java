package dev.asmp.lieutenant;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.store.RefusedException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;

/** Records that outlive one set of agents, as bytes, so that each is read as it was written. */
final class MemoryRecords implements LieutenantRecords {
    private final Map<String, byte[]> records = new ConcurrentSkipListMap<>();
    volatile boolean away;

    @Override
    public List<Mapping> take(BooleanSupplier vms) {
        return load();
    }

    List<Mapping> load() {
        return records.values().stream().map(record -> (Mapping) Json.read(record)).toList();
    }

    @Override
    public void save(Mapping agent) {
        if (away) {
            throw new RefusedException(RefusedException.Reason.UNAVAILABLE, "the store is away");
        }
        records.put(AgentRecord.need(agent, "id"), Json.write(agent));
    }

    @Override
    public void remove(Mapping agent) {
        records.remove(AgentRecord.need(agent, "id"));
    }
}
