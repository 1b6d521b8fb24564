package dev.asmp.vm;

import dev.asmp.document.IoReason;
import dev.asmp.store.BatchWriter;
import dev.asmp.store.Journal;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The work of one batch: decide, save, publish the next fleet, tell, answer. Between batches it notices silence, saves
 * heartbeats and compacts the journal. One thread runs it.
 */
final class FleetWriter implements BatchWriter.Work<FleetChange<?>> {
    /** The time from the first heartbeat until all new ones are written to the journal. */
    private static final long SAVE_AFTER = Duration.ofSeconds(2).toNanos();
    /** The longest wait: the system may have been suspended meanwhile. */
    private static final long LONGEST_WAIT = Duration.ofMinutes(1).toNanos();
    private static final long SHORTEST_WAIT = Duration.ofMillis(10).toNanos();

    private final InstantSource clock;
    private final LongSupplier nanos;
    private final FleetView view;
    private final Journal journal;
    private final Compaction compaction;
    private final SilenceDeadlines deadlines;
    private final UnsavedHeartbeats unsaved;
    private final long maxBytes;
    private long nextNumber;
    private volatile Runnable wake = () -> {};

    FleetWriter(FleetLoader.Opened opened, FleetView view, long maxBytes, InstantSource clock, LongSupplier nanos,
            Consumer<String> log) throws IOException {
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.nanos = nanos;
        this.view = view;
        journal = opened.journal();
        compaction = new Compaction(journal, nanos, () -> wake.run(), log);
        unsaved = new UnsavedHeartbeats(log);
        deadlines = new SilenceDeadlines(nanos.getAsLong());
        view.load(opened.vms(), opened.facts());
        nextNumber = opened.nextNumber();
        opened.vms().stream().filter(vm -> !vm.asleep()).forEach(vm -> deadlines.add(vm.heartbeat()));
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
            compaction.now(view.fleet());
        }
    }

    /** Notes a heartbeat; for any thread. */
    void note(Heartbeat heartbeat) {
        view.changed();
        if (unsaved.note(heartbeat, nanos.getAsLong())) {
            wake.run();
        }
    }

    /** Names what makes the writer look at what is due. */
    void wakeBy(Runnable action) {
        wake = action;
    }

    @Override
    public void process(List<FleetChange<?>> changes) {
        putToSleep();
        FleetBatch batch = new FleetBatch(view.fleet(), view::find, deadlines, maxBytes, nextNumber, clock.millis(),
                nanos.getAsLong());
        changes.forEach(change -> change.decide(batch));
        save(batch.records());
        nextNumber = batch.nextNumber();
        view.publish(batch.fleet(), batch.touched());
        batch.effects().forEach(Runnable::run);
        view.changed();
        batch.changes().forEach(view::tell);
        changes.forEach(FleetChange::answer);
    }

    private void save(List<byte[]> records) {
        if (records.isEmpty()) {
            return;
        }
        try {
            mend();
            journal.append(records, true);
        } catch (IOException e) {
            throw new RefusedException(RefusedException.Reason.UNAVAILABLE,
                    "could not be saved, nothing was changed: " + IoReason.of(e));
        }
    }

    private void putToSleep() {
        long now = nanos.getAsLong();
        Fleet next = view.fleet();
        Map<String, @Nullable Vm> asleep = new LinkedHashMap<>();
        List<VmChange> changes = new ArrayList<>();
        for (Heartbeat heartbeat = deadlines.poll(now); heartbeat != null; heartbeat = deadlines.poll(now)) {
            Vm vm = view.find(heartbeat.id());
            if (vm != null) {
                unsaved.note(heartbeat, now);
                next = next.with(vm, vm.sleeping());
                asleep.put(vm.id(), vm.sleeping());
                changes.add(new VmChange(VmChange.Kind.STALE, vm.seen()));
            }
        }
        view.publish(next, asleep);
        changes.forEach(view::tell);
    }

    @Override
    public void tend() {
        putToSleep();
        Long since = unsaved.since();
        if (since != null && nanos.getAsLong() - since >= SAVE_AFTER) {
            saveHeartbeats(false);
        }
        compaction.tend(view.fleet());
    }

    /** Appends the heartbeats since the last time to the journal. */
    void saveHeartbeats(boolean force) {
        unsaved.save(view.byId(), nanos.getAsLong(), records -> {
            mend();
            journal.append(records, force);
        });
    }

    /** The time until something is due: heartbeats to be saved, a VM that may be silent, a compaction. */
    @Override
    public long idleMillis() {
        long now = nanos.getAsLong();
        long wait = Math.min(Math.min(LONGEST_WAIT, deadlines.untilDue(now)), compaction.untilDue(view.fleet()));
        Long since = unsaved.since();
        if (since != null) {
            wait = Math.min(wait, since + SAVE_AFTER - now);
        }
        return Duration.ofNanos(Math.max(wait, SHORTEST_WAIT)).toMillis();
    }

    @Override
    public void end() {
        putToSleep();
        saveHeartbeats(true);
        try {
            journal.close();
        } catch (IOException _) {
            // Every change that was answered was forced before.
        }
    }
}
