package dev.asmp.vm;

import dev.asmp.store.BatchWriter;
import dev.asmp.store.Journal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What the writer's thread does with the fleet: makes batches true, notices silence, saves heartbeats, compacts. */
final class FleetWriter implements BatchWriter.Work<FleetBatch, Fleet> {
    /** How often heartbeats are put into the journal. */
    private static final long SAVE_EVERY = Duration.ofSeconds(2).toNanos();
    private static final long REST_MILLIS = 500;

    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Consumer<VmChange> listener;
    private final Journal journal;
    private final Compaction compaction;
    private final SilenceDeadlines deadlines;
    private final UnsavedHeartbeats beats;
    /** Who is known by which id: what most requests ask, and so by hash. It is changed together with the fleet. */
    private final ConcurrentHashMap<String, Vm> vms = new ConcurrentHashMap<>();
    private volatile Fleet fleet;
    private final AtomicLong revision = new AtomicLong();
    private long nextNumber;
    private long saved;

    FleetWriter(Path file, InstantSource clock, LongSupplier nanos, Consumer<VmChange> listener, Consumer<String> log)
            throws IOException {
        this.clock = clock;
        this.nanos = nanos;
        this.listener = listener;
        FleetLoader replay = new FleetLoader();
        journal = Journal.open(file, VmRecordCodec.KIND, VmRecordCodec.FORMAT, replay, log);
        compaction = new Compaction(journal, log);
        beats = new UnsavedHeartbeats(log);
        long now = nanos.getAsLong();
        saved = now;
        deadlines = new SilenceDeadlines(now);
        replay.vms(now).forEach(vm -> vms.put(vm.id(), vm));
        fleet = Fleet.of(vms.values());
        nextNumber = replay.nextNumber();
        vms.values().stream().filter(vm -> !vm.asleep()).forEach(vm -> deadlines.add(vm.pulse()));
        mendOrClose();
    }

    private void mendOrClose() throws IOException {
        try {
            mend();
        } catch (IOException e) {
            journal.close();
            throw e;
        }
    }

    private void mend() throws IOException {
        if (journal.isSuspect()) {
            compaction.now(fleet);
        }
    }

    /** The fleet as it is now; for anybody. */
    Fleet fleet() {
        return fleet;
    }

    /** The VM of this id, or null; for anybody. */
    @Nullable
    Vm find(String id) {
        return vms.get(id);
    }

    /** Counts what can be seen in a list; for anybody. */
    long revision() {
        return revision.get();
    }

    /** Notes that a pulse was heard; for anybody. */
    void note(Heartbeat pulse) {
        revision.incrementAndGet();
        beats.note(pulse);
    }

    @Override
    public Fleet process(List<Consumer<FleetBatch>> decisions) {
        putToSleep();
        FleetBatch draft = new FleetBatch(fleet, vms::get, deadlines, nextNumber, clock.millis(), nanos.getAsLong());
        decisions.forEach(decision -> decision.accept(draft));
        persist(draft.records());
        nextNumber = draft.nextNumber();
        publish(draft.fleet(), draft.touched());
        draft.effects().forEach(Runnable::run);
        revision.incrementAndGet();
        draft.changes().forEach(listener);
        return draft.fleet();
    }

    private void publish(Fleet next, Map<String, @Nullable Vm> touched) {
        touched.forEach((id, vm) -> {
            if (vm == null) {
                vms.remove(id);
            } else {
                vms.put(id, vm);
            }
        });
        fleet = next;
    }

    private void persist(List<byte[]> records) {
        if (records.isEmpty()) {
            return;
        }
        try {
            mend();
            journal.append(records, true);
        } catch (IOException e) {
            throw new VmRefusedException(VmRefusedException.Reason.UNAVAILABLE,
                    "could not be put on disk, nothing was changed: " + e.getMessage());
        }
    }

    private void putToSleep() {
        long now = nanos.getAsLong();
        Fleet next = fleet;
        Map<String, @Nullable Vm> asleep = new LinkedHashMap<>();
        List<VmChange> changes = new ArrayList<>();
        for (Heartbeat pulse = deadlines.poll(now); pulse != null; pulse = deadlines.poll(now)) {
            Vm vm = vms.get(pulse.id());
            if (vm != null && fallsAsleep(pulse, now)) {
                next = next.with(vm, vm.sleeping());
                asleep.put(vm.id(), vm.sleeping());
                changes.add(new VmChange(VmChange.Kind.STALE, vm.seen()));
            }
        }
        publish(next, asleep);
        changes.forEach(listener);
    }

    private boolean fallsAsleep(Heartbeat pulse, long now) {
        pulse.setAsleep(true);
        if (pulse.isSilentAt(now)) {
            beats.note(pulse);
            return true;
        }
        // Heard in this very moment, and whoever heard it may not have seen it asleep.
        pulse.setAsleep(false);
        deadlines.add(pulse);
        return false;
    }

    @Override
    public void tend() {
        putToSleep();
        if (nanos.getAsLong() - saved >= SAVE_EVERY) {
            save(false);
        }
        compaction.tend(fleet);
    }

    /** Puts what was heard since the last time into the journal. */
    void save(boolean force) {
        saved = nanos.getAsLong();
        beats.save(vms, records -> {
            mend();
            journal.append(records, force);
        });
    }

    @Override
    public long restMillis() {
        return fleet.size() == 0 ? BatchWriter.Work.super.restMillis() : REST_MILLIS;
    }

    @Override
    public void end() {
        putToSleep();
        save(true);
        try {
            journal.close();
        } catch (IOException _) {
            // All that was promised was forced before.
        }
    }
}
