package dev.asmp.lieutenant;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.vm.VmStore;
import java.util.List;

/** Records among the facts of the fleet's store. Several hosts may share it, so each reads those that it holds itself. */
public final class KeptRecords implements LieutenantRecords {
    private static final String KEY = "agent/";
    private static final String HOLDER = "holder";

    private final VmStore store;
    private final String holder;

    /** @param holder the host that these agents are attached to, and no other */
    public KeptRecords(VmStore store, String holder) {
        this.store = store;
        this.holder = holder;
    }

    @Override
    public List<Mapping> load() {
        return store.kept(KEY).values().stream().filter(record -> holder.equals(record.text(HOLDER))).toList();
    }

    @Override
    public void save(Mapping agent) {
        store.keep(KEY + AgentRecord.need(agent, "id"), agent.with(HOLDER, Scalar.text(holder)));
    }

    @Override
    public void remove(String id) {
        store.keep(KEY + id, null);
    }
}
