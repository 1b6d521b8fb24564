package dev.asmp.etcd;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.etcd.EtcdException.Kind;
import dev.asmp.etcd.EtcdTransaction.KeyValue;
import dev.asmp.manifest.EtcdSettings;
import dev.asmp.store.RefusedException;
import dev.asmp.vm.Leases;
import dev.asmp.vm.VmRules;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Names as keys under one lease of etcd, which the process renews. A write names the revision at which its key was made: when
 * the lease has ended, or another process has made the key since, etcd refuses it. So a process that was stopped for long, or
 * whose clock stood still, cannot write over its successor.
 */
public final class EtcdLeases implements Leases {
    /** How long a name stays with a process that is gone. */
    public static final Duration LONGEST = Duration.ofSeconds(10);

    /** The process lets go so much earlier than etcd does. */
    private static final Duration EARLIER = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final EtcdLink link;
    private final EtcdKeys keys;
    private final LongSupplier nanos;
    private final byte[] self;
    /** The revision of each name's key. */
    private final Map<String, Long> held = new ConcurrentHashMap<>();
    private long lease;
    private volatile long until;

    /** @param nanos the time by which the process knows that its lease may have ended */
    public EtcdLeases(EtcdSettings settings, String process, long now, LongSupplier nanos) throws IOException {
        this.link = new EtcdLink(settings, now, new EtcdCounters());
        this.keys = new EtcdKeys(settings.prefix());
        this.self = Json.write(Mapping.builder().put("process", process).build());
        this.nanos = nanos;
    }

    private EtcdLink.Answer carryOut(EtcdTransaction transaction) throws EtcdException {
        return link.call("/v3/kv/txn", transaction.json(), PATIENCE);
    }

    private Mapping ask(String path, Document body) throws EtcdException {
        return link.call(path, body, PATIENCE).body();
    }

    @Override
    public synchronized @Nullable Mapping take(String name, String key) {
        try {
            return attempt(name, key);
        } catch (EtcdException e) {
            if (!forgetIfEnded(e)) {
                throw e.refusal();
            }
        }
        try {
            return attempt(name, key);
        } catch (EtcdException e) {
            throw e.refusal();
        }
    }

    private @Nullable Mapping attempt(String name, String key) throws EtcdException {
        require();
        byte[] holder = keys.holder(name);
        EtcdLink.Answer answer = carryOut(new EtcdTransaction().expect(holder, 0)
                .put(holder, self, lease).read(keys.facts(key)));
        if (EtcdTransaction.succeeded(answer.body())) {
            held.put(name, EtcdTransaction.revision(answer.body()));
            List<KeyValue> facts = EtcdTransaction.read(answer.body()).get(1);
            Mapping found = facts.isEmpty() ? null : EtcdReplica.facts(facts.getFirst());
            return found == null ? Mapping.EMPTY : found;
        }
        if (answer.repeated()) {
            giveBackWhatAnUnheardAttemptTook(holder);
        }
        return null;
    }

    /** An attempt whose answer was lost may have made the key: with this process's lease, and a revision that is not known. */
    private void giveBackWhatAnUnheardAttemptTook(byte[] holder) throws EtcdException {
        Mapping found = ask("/v3/kv/range", Mapping.builder().put("key", EtcdTransaction.text(holder)).build());
        for (Document kv : found.list("kvs")) {
            KeyValue made = KeyValue.of(kv);
            if (EtcdTransaction.number((Mapping) kv, "lease") == lease) {
                var _ = carryOut(new EtcdTransaction().expect(holder, made.modified()).delete(holder));
            }
        }
    }

    /** Makes sure that there is a lease. */
    private void require() throws EtcdException {
        if (lease != 0 && nanos.getAsLong() - until >= 0) {
            drop();
        }
        if (lease == 0) {
            long asked = nanos.getAsLong();
            lease = EtcdTransaction.number(ask("/v3/lease/grant",
                    Mapping.builder().put("TTL", Long.toString(LONGEST.toSeconds())).build()), "ID");
            until = asked + LONGEST.minus(EARLIER).toNanos();
        }
    }

    private void drop() {
        lease = 0;
        held.clear();
    }

    private boolean forgetIfEnded(EtcdException e) {
        if (e.kind() == Kind.NO_LEASE) {
            drop();
            return true;
        }
        return false;
    }

    @Override
    public boolean holds(String name) {
        return held.containsKey(name) && nanos.getAsLong() - until < 0;
    }

    @Override
    public Set<String> held() {
        try {
            byte[] all = keys.holder("");
            byte[] end = all.clone();
            end[end.length - 1]++;
            Set<String> names = new HashSet<>();
            ask("/v3/kv/range", Mapping.builder().put("key", EtcdTransaction.text(all))
                    .put("range_end", EtcdTransaction.text(end)).put("keys_only", Scalar.bool(true)).build())
                    .list("kvs")
                    .forEach(kv -> names.add(keys.name(KeyValue.of(kv).key()).rest()));
            return names;
        } catch (EtcdException e) {
            throw e.refusal();
        }
    }

    @Override
    public void keep(String name, String key, @Nullable Mapping facts) {
        VmRules.checkFacts(key, facts);
        Long revision = held.get(name);
        if (revision == null) {
            throw lost(name);
        }
        EtcdTransaction change = new EtcdTransaction().expect(keys.holder(name), revision);
        try {
            if (!EtcdTransaction.succeeded(carryOut(facts == null
                    ? change.delete(keys.facts(key))
                    : change.put(keys.facts(key), Json.write(facts), 0)).body())) {
                held.remove(name, revision);
                throw lost(name);
            }
        } catch (EtcdException e) {
            throw e.refusal();
        }
    }

    private static RefusedException lost(String name) {
        return new RefusedException(RefusedException.Reason.CONFLICT,
                "this registry process has lost hold of '" + name + "'; another one may have it now");
    }

    @Override
    public void release(String name) {
        Long revision = held.remove(name);
        try {
            if (revision != null) {
                var _ = carryOut(new EtcdTransaction().expect(keys.holder(name), revision)
                        .delete(keys.holder(name)));
            }
        } catch (EtcdException e) {
            throw e.refusal();
        }
    }

    @Override
    public synchronized void renew() {
        if (lease == 0) {
            return;
        }
        long asked = nanos.getAsLong();
        try {
            Mapping said = ask("/v3/lease/keepalive",
                    Mapping.builder().put("ID", Long.toString(lease)).build()).mapping("result");
            if (EtcdTransaction.number(said, "TTL") > 0) {
                until = asked + LONGEST.minus(EARLIER).toNanos();
            } else {
                drop();
            }
        } catch (EtcdException e) {
            var _ = forgetIfEnded(e); // else it may be prolonged the next time, before it has ended
        }
    }

    @Override
    public synchronized void close() {
        try {
            if (lease != 0) {
                ask("/v3/lease/revoke", Mapping.builder().put("ID", Long.toString(lease)).build());
            }
        } catch (EtcdException _) {
            // It ends by itself.
        } finally {
            drop();
            link.close();
        }
    }
}
