package dev.asmp.lieutenant;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Records that outlive one set of agents, as bytes, so that each is read as it was written. */
final class MemoryRecords implements LieutenantRecords {
    private final Map<String, byte[]> records = new ConcurrentSkipListMap<>();

    @Override
    public List<Mapping> load() {
        return records.values().stream().map(record -> (Mapping) Json.read(record)).toList();
    }

    @Override
    public void save(Mapping agent) {
        records.put(AgentRecord.need(agent, "id"), Json.write(agent));
    }

    @Override
    public void remove(String id) {
        records.remove(id);
    }
}
