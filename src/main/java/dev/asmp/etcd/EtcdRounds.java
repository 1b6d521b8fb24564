package dev.asmp.etcd;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Timestamps;
import dev.asmp.etcd.EtcdChange.Known;
import dev.asmp.etcd.EtcdChange.Write;
import dev.asmp.etcd.EtcdTransaction.KeyValue;
import dev.asmp.vm.VmEntry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transactions of rounds: changes of different VMs that are committed together. */
final class EtcdRounds {
    private final EtcdKeys keys;
    private final String self;
    private final InstantSource clock;

    EtcdRounds(EtcdKeys keys, String self, InstantSource clock) {
        this.keys = keys;
        this.self = self;
        this.clock = clock;
    }

    /** The transaction of a round that was decided upon what is known. */
    EtcdTransaction transaction(List<EtcdChange> round, List<Known> known, long lease) {
        EtcdTransaction transaction = new EtcdTransaction();
        Mapping.Builder woken = Mapping.builder();
        for (int i = 0; i < round.size(); i++) {
            EtcdChange change = round.get(i);
            EtcdChange.Decision decision = change.decide(known.get(i));
            byte[] key = keys.vm(change.id());
            byte[] mark = keys.stale(change.id());
            if (!change.id().isEmpty()) {
                transaction.expect(key, known.get(i).modified());
            }
            byte[] facts = change.facts() == null ? null : keys.facts(change.facts());
            if (facts != null) {
                transaction.expect(facts, known.get(i).factsModified());
            }
            VmEntry entry = decision.entry();
            switch (decision.write()) {
                case PUT -> put(transaction, key, entry);
                case DELETE -> transaction.delete(key);
                case PRUNE -> transaction.expect(mark, known.get(i).mark()).delete(key);
                case WAKE -> woken.put(change.id(), 0);
                case KEEP -> {
                    Mapping kept = decision.facts(); // before the entry, so that a watch knows why that changes
                    if (facts != null && kept != null) {
                        transaction.put(facts, Json.write(kept), 0);
                    } else if (facts != null) {
                        transaction.delete(facts);
                    }
                    put(transaction, key, entry);
                    if (entry != null && known.get(i).mark() > 0) {
                        transaction.put(mark, EtcdPulse.judgement(known.get(i).modified()), 0);
                    }
                }
                case NOTHING -> {
                    // What was decided upon still has to hold.
                }
            }
            boolean isMarked = known.get(i).mark() > 0; // one that comes meanwhile is void
            if (isMarked && decision.write() != Write.NOTHING && decision.write() != Write.KEEP) {
                transaction.delete(mark);
            }
        }
        Mapping heard = woken.build();
        if (!heard.isEmpty()) {
            transaction.put(keys.beats(self, "woken"), Json.write(Mapping.builder()
                    .put("at", Timestamps.format(clock.millis())).put("seen", heard).build()), lease);
        }
        return transaction;
    }

    private static void put(EtcdTransaction transaction, byte[] key, @Nullable VmEntry entry) {
        if (entry != null) {
            transaction.put(key, entry.json(), 0);
        }
    }

    /** Asks for what is there now, for each change its entry, its mark and its facts. */
    EtcdTransaction reads(List<EtcdChange> round) {
        EtcdTransaction transaction = new EtcdTransaction();
        for (EtcdChange change : round) {
            if (!change.id().isEmpty()) {
                transaction.read(keys.vm(change.id())).read(keys.stale(change.id()));
            }
            if (change.facts() != null) {
                transaction.read(keys.facts(change.facts()));
            }
        }
        return transaction;
    }

    /** What {@link #reads} found, for each change. */
    static List<Known> known(List<EtcdChange> round, Mapping answer) {
        Iterator<List<KeyValue>> read = EtcdTransaction.read(answer).iterator();
        List<Known> known = new ArrayList<>();
        for (EtcdChange change : round) {
            boolean isVm = !change.id().isEmpty();
            KeyValue entry = isVm ? first(read) : null;
            KeyValue mark = isVm ? first(read) : null;
            KeyValue facts = change.facts() == null ? null : first(read);
            known.add(new Known(entry == null ? null : entry(entry), revision(entry), revision(mark),
                    facts == null ? null : EtcdReplica.facts(facts), revision(facts)));
        }
        return known;
    }

    private static @Nullable KeyValue first(Iterator<List<KeyValue>> read) {
        List<KeyValue> range = read.next();
        return range.isEmpty() ? null : range.getFirst();
    }

    private static long revision(@Nullable KeyValue key) {
        return key == null ? 0 : key.modified();
    }

    /** The entry of a key; null where it holds something else. */
    private static @Nullable VmEntry entry(KeyValue key) {
        try {
            return VmEntry.read(key.value());
        } catch (RuntimeException _) {
            return null;
        }
    }

    /** Tells whether what is there now is what an attempt wrote of which no answer was heard. */
    static boolean isDone(List<EtcdChange> round, List<Known> before, List<Known> now) {
        boolean deleted = false;
        for (int i = 0; i < round.size(); i++) {
            EtcdChange.Decision decided = round.get(i).decided();
            VmEntry written = decided.entry();
            VmEntry there = now.get(i).entry();
            if ((decided.write() == Write.PUT || decided.write() == Write.KEEP) && written != null) {
                return there != null && now.get(i).modified() > before.get(i).modified()
                        && Arrays.equals(there.json(), written.json());
            }
            deleted |= (decided.write() == Write.DELETE || decided.write() == Write.PRUNE) && there == null
                    && before.get(i).modified() > 0;
        }
        return deleted;
    }
}
