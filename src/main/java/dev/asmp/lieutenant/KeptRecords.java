package dev.asmp.lieutenant;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.vm.Leases;
import dev.asmp.vm.VmStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Records among the facts of the fleet's store. An agent on a machine of its own is held by one of the processes that share the
 * store; one that runs on a host, by the process of that host.
 */
public final class KeptRecords implements LieutenantRecords {
    private static final String KEY = "agent/";
    private static final String HOLDER = "holder";

    private final VmStore store;
    private final String host;
    private final @Nullable Leases leases;
    /** The keys of records that were removed here and may still be shown for a moment. */
    private final Set<String> removed = ConcurrentHashMap.newKeySet();

    /** @param leases the holds; null where this process alone uses the store */
    public KeptRecords(VmStore store, String host, @Nullable Leases leases) {
        this.store = store;
        this.host = host;
        this.leases = leases;
    }

    private static String key(Mapping agent) {
        return KEY + AgentRecord.need(agent, "id");
    }

    private static String name(Mapping agent) {
        return AgentRecord.need(agent, "name");
    }

    private boolean isOfHost(Mapping agent) {
        return host.equals(agent.text(HOLDER));
    }

    /** The holds, if this agent needs one: it is not of this host alone. */
    private @Nullable Leases leases(Mapping agent) {
        return AgentRecord.isLocal(agent) ? null : leases;
    }

    @Override
    public List<Mapping> take(BooleanSupplier vms) {
        List<Mapping> taken = new ArrayList<>();
        Set<String> held = null;
        for (Mapping agent : store.kept(KEY).values()) {
            Leases shared = leases(agent);
            if (shared == null) {
                if (isOfHost(agent)) {
                    taken.add(agent);
                }
            } else if (!shared.holds(name(agent)) && vms.getAsBoolean()) {
                held = held == null ? shared.held() : held;
                Mapping last = held.contains(name(agent)) ? null : shared.take(name(agent), key(agent));
                if (last != null && last.isEmpty()) {
                    shared.release(name(agent)); // removed meanwhile
                } else if (last != null) {
                    save(last); // so that others see who holds it
                    taken.add(last);
                }
            }
        }
        return taken;
    }

    @Override
    public boolean claim(Mapping agent) {
        Leases shared = leases(agent);
        if (shared == null) {
            return true;
        }
        if (shared.take(name(agent), key(agent)) == null) {
            return false;
        }
        for (Mapping other : store.kept(KEY).values()) {
            if (name(other).equals(name(agent)) && !AgentRecord.isLocal(other)) {
                shared.release(name(agent));
                Mapping there = shared.take(name(agent), key(other)); // what is shown may be gone since
                if (there == null) {
                    return false;
                } else if (!there.isEmpty()) {
                    shared.release(name(agent)); // its holder is gone, and it waits to be taken over
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public boolean holds(Mapping agent) {
        Leases shared = leases(agent);
        return shared == null || shared.holds(name(agent));
    }

    @Override
    public List<Mapping> others() {
        if (leases == null) {
            return List.of();
        }
        SortedMap<String, Mapping> all = store.kept(KEY);
        removed.retainAll(all.keySet());
        return all.values().stream().filter(agent -> !removed.contains(key(agent)))
                .filter(agent -> AgentRecord.isLocal(agent) ? !isOfHost(agent) : !holds(agent)).toList();
    }

    @Override
    public void save(Mapping agent) {
        keep(agent, agent.with(HOLDER, Scalar.text(host)));
    }

    private void keep(Mapping agent, @Nullable Mapping facts) {
        Leases shared = leases(agent);
        if (shared == null) {
            store.keep(key(agent), facts);
        } else {
            shared.keep(name(agent), key(agent), facts);
        }
    }

    @Override
    public void remove(Mapping agent) {
        keep(agent, null);
        removed.add(key(agent));
        release(agent);
    }

    @Override
    public void release(Mapping agent) {
        Leases shared = leases(agent);
        if (shared != null) {
            shared.release(name(agent));
        }
    }

    @Override
    public void renew() {
        if (leases != null) {
            leases.renew();
        }
    }
}
