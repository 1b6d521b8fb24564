package dev.asmp.etcd;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.etcd.EtcdException.Kind;
import dev.asmp.vm.MirroredFleet;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a process writes by itself every few seconds, in one transaction: that it is there, and the heartbeats that it took since.
 * Then it marks the VMs that have been silent for too long.
 */
final class EtcdPulse {
    /** The lease of the process's own key: it ends soon after the process. */
    private static final long ALIVE_SECONDS = 15;
    /** The lease of its heartbeats, which only keeps the leftovers of dead processes from staying forever. */
    private static final long BEATS_SECONDS = 3_600;
    private static final long RENEW_BEATS = Duration.ofMinutes(10).toNanos();
    private static final long TRY_AGAIN = Duration.ofSeconds(1).toNanos();
    private static final int MARKS = 100;
    private static final Duration HASTE = Duration.ofMillis(1);

    private final EtcdLink link;
    private final EtcdKeys keys;
    private final String self;
    private final Mapping about;
    private final EtcdBeats beats;
    private final EtcdReplica replica;
    private final MirroredFleet view;
    private final EtcdWatch watch;
    private final EtcdFreshness freshness;
    private final EtcdCounters counters;
    private final long interval;
    private volatile long last;
    private volatile boolean began;
    private long aliveLease;
    private volatile long beatsLease;
    private long renewed;

    EtcdPulse(EtcdLink link, EtcdKeys keys, String self, Mapping about, EtcdBeats beats, EtcdReplica replica,
            MirroredFleet view, EtcdWatch watch, EtcdFreshness freshness, EtcdCounters counters, Duration interval) {
        this.link = link;
        this.keys = keys;
        this.self = self;
        this.about = about;
        this.beats = beats;
        this.replica = replica;
        this.view = view;
        this.watch = watch;
        this.freshness = freshness;
        this.counters = counters;
        this.interval = interval.toNanos();
    }

    /** The lease of heartbeats; 0 before there is one. */
    long lease() {
        return beatsLease;
    }

    /** Nanoseconds between two beats. */
    long interval() {
        return interval;
    }

    /** Nanoseconds until the next beat. */
    long untilDue(boolean away) {
        return began ? last + (away ? Math.min(TRY_AGAIN, interval) : interval) - System.nanoTime() : 0;
    }

    /** Writes the process's key and the heartbeats that have gathered; returns the revision after that. */
    long beat(Duration patience) throws EtcdException {
        last = System.nanoTime();
        began = true;
        leases(patience);
        EtcdBeats.Batch batch = beats.take();
        long revision;
        try {
            revision = write(batch, patience);
        } catch (EtcdException e) {
            if (batch != null) {
                beats.failed(batch);
            }
            if (e.kind() == Kind.NO_LEASE) {
                aliveLease = 0;
                beatsLease = 0;
            }
            throw e;
        }
        if (batch != null) {
            beats.saved(batch);
            counters.flushes.increment();
            counters.beats.add(batch.seen().size());
            last = batch.isFull() ? last - interval : last; // the rest follows at once
        }
        if (freshness.age() > 2 * interval + TRY_AGAIN) {
            watch.restart(); // the write was taken and has not come back
        }
        return revision;
    }

    private long write(EtcdBeats.@Nullable Batch batch, Duration patience) throws EtcdException {
        EtcdTransaction transaction = new EtcdTransaction();
        if (batch != null) {
            transaction.put(keys.beats(self, String.valueOf(batch.slot())), batch.json(), beatsLease);
        }
        transaction.put(keys.process(self), Json.write(Mapping.builder().putAll(about).put("vms", view.size())
                .put("revision", watch.revision()).put("written", Long.toString(System.nanoTime())).build()),
                aliveLease);
        long shown = watch.revision(); // which goes on while the answer is on its way
        Mapping answer = link.call("/v3/kv/txn", transaction.json(), patience).body();
        if (freshness.isListed() && EtcdTransaction.revision(answer) < shown) {
            watch.listAgain(); // the cluster was restored from a backup, or is another one
        }
        return EtcdTransaction.revision(answer);
    }

    private void leases(Duration patience) throws EtcdException {
        if (aliveLease != 0 && !renew(aliveLease, patience)) {
            aliveLease = 0;
        }
        if (beatsLease != 0 && System.nanoTime() - renewed > RENEW_BEATS) {
            renewed = System.nanoTime();
            beatsLease = renew(beatsLease, patience) ? beatsLease : 0;
        }
        if (beatsLease == 0) {
            beatsLease = grant(BEATS_SECONDS, patience);
            renewed = System.nanoTime();
        }
        if (aliveLease == 0) {
            aliveLease = grant(ALIVE_SECONDS, patience);
        }
    }

    private long grant(long seconds, Duration patience) throws EtcdException {
        return EtcdTransaction.number(link.call("/v3/lease/grant",
                Mapping.builder().put("TTL", Long.toString(seconds)).build(), patience).body(), "ID");
    }

    private boolean renew(long lease, Duration patience) throws EtcdException {
        Mapping result = link.call("/v3/lease/keepalive",
                Mapping.builder().put("ID", Long.toString(lease)).build(), patience).body().mapping("result");
        return EtcdTransaction.number(result, "TTL") > 0;
    }

    /** Marks those who have been silent for too long, and takes void marks away. */
    void judge() throws EtcdException {
        if (!freshness.isFresh()) {
            return;
        }
        long revision = watch.revision(); // before the view is read, which is then never older
        mark(view.silent(), revision);
        for (var mark : replica.voids().entrySet()) {
            link.call("/v3/kv/txn", new EtcdTransaction().expect(keys.stale(mark.getKey()), mark.getValue())
                    .delete(keys.stale(mark.getKey())).json(), HASTE);
            replica.voids().remove(mark.getKey(), mark.getValue());
        }
    }

    /** The value of a mark: the revision up to which a VM was judged to be silent. */
    static byte[] judgement(long revision) {
        return Json.write(Mapping.builder().put("judged", revision).build());
    }

    /** Marks VMs as stale, as far as is known at a revision; returns the revision after that. */
    long mark(List<String> silent, long judged) throws EtcdException {
        byte[] value = judgement(judged);
        long revision = 0;
        for (int i = 0; i < silent.size(); i += MARKS) {
            EtcdTransaction transaction = new EtcdTransaction();
            silent.subList(i, Math.min(silent.size(), i + MARKS))
                    .forEach(id -> transaction.put(keys.stale(id), value, 0));
            revision = EtcdTransaction.revision(link.call("/v3/kv/txn", transaction.json(), HASTE).body());
        }
        return revision;
    }

    /** Writes the last heartbeats, and takes the process's key away. */
    void end() throws EtcdException {
        EtcdBeats.Batch batch = beats.take();
        EtcdTransaction transaction = new EtcdTransaction().delete(keys.process(self));
        if (batch != null && beatsLease != 0) {
            transaction.put(keys.beats(self, String.valueOf(batch.slot())), batch.json(), beatsLease);
        }
        link.call("/v3/kv/txn", transaction.json(), HASTE);
    }
}
