package dev.asmp.etcd;

import dev.asmp.document.Mapping;
import dev.asmp.etcd.EtcdTransaction.KeyValue;
import dev.asmp.vm.VmEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The keys of one list, while its pages come in. */
final class EtcdListing {
    final Map<String, VmEntry> entries = new HashMap<>();
    final Map<String, Long> created = new HashMap<>();
    final Map<String, Long> modified = new HashMap<>();
    final SortedMap<String, Mapping> facts = new TreeMap<>();
    final Map<String, Long> factsModified = new HashMap<>();
    final List<KeyValue> others = new ArrayList<>();

    private final EtcdKeys keys;
    private final EtcdReplica replica;

    EtcdListing(EtcdKeys keys, EtcdReplica replica) {
        this.keys = keys;
        this.replica = replica;
    }

    void add(KeyValue key) {
        EtcdKeys.Name name = keys.name(key.key());
        if (name.kind().equals(EtcdKeys.FACTS)) {
            Mapping kept = EtcdReplica.facts(key);
            if (kept != null) {
                facts.put(name.rest(), kept);
            }
            factsModified.put(name.rest(), key.modified());
            return;
        }
        if (!name.kind().equals(EtcdKeys.VMS)) {
            others.add(key);
            return;
        }
        VmEntry entry = replica.entry(name.rest(), key);
        if (entry != null) {
            entries.put(entry.id(), entry);
            created.put(entry.id(), key.created());
            modified.put(entry.id(), key.modified());
        }
    }
}
