package dev.asmp.vm;

import dev.asmp.store.BatchWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The fleet in this process and in one file.
 *
 * <pre>
 *   register, patch, remove, prune → queue → one writer: decide → journal, forced → new Fleet → answer
 *   heartbeat → the VM's pulse; every two seconds, in one go, into the journal
 *   get, list, discover …          ←──────────────────────────────── one volatile field, and the pulses
 * </pre>
 *
 * A VM is stale by silence alone, on a clock that nobody sets; the moments in an entry are of the other clock, for showing.
 */
public final class EmbeddedVmStore implements VmStore {
    /** The file's name in the state folder. */
    public static final String FILE = "vms.jsonl";
    /** How long a VM may give no sign of life. */
    public static final Duration STALE_AFTER = Duration.ofMinutes(5);

    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Consumer<String> log;
    private final List<Consumer<VmChange>> listeners = new CopyOnWriteArrayList<>();
    private final FleetWriter keeper;
    private final BatchWriter<FleetBatch, Fleet> writer;

    /** Opens the store over its file, making it if need be. */
    public EmbeddedVmStore(Path file, InstantSource clock, LongSupplier nanos, Consumer<String> log)
            throws IOException {
        this.clock = clock;
        this.nanos = nanos;
        this.log = log;
        keeper = new FleetWriter(file, clock, nanos, this::tell, log);
        writer = new BatchWriter<>("vm-writer", keeper,
                () -> new VmRefusedException(VmRefusedException.Reason.UNAVAILABLE, "the registry is stopping"), log);
        writer.start();
    }

    @Override
    public VmEntry register(VmRegistration registration) {
        VmEntry entry = new VmEntry(registration, clock.millis()); // here, so that the writer has less to do
        return writer.submit(draft -> draft.register(entry));
    }

    @Override
    public @Nullable VmEntry patch(String id, VmPatch patch) {
        return writer.submit(draft -> draft.patch(id, patch));
    }

    @Override
    public boolean remove(String id) {
        return writer.submit(draft -> draft.remove(id));
    }

    @Override
    public int prune() {
        return writer.submit(FleetBatch::prune);
    }

    @Override
    public @Nullable VmEntry heartbeat(String id) {
        Vm vm = keeper.find(id);
        if (vm == null) {
            return null;
        }
        Heartbeat pulse = vm.pulse();
        long moment = clock.millis();
        pulse.beat(nanos.getAsLong(), moment);
        keeper.note(pulse);
        if (pulse.isAsleep() && writer.submit(draft -> draft.wake(pulse)) == null) {
            return null;
        }
        return vm.entry().seenAt(moment);
    }

    @Override
    public @Nullable VmEntry get(String id) {
        Vm vm = keeper.find(id);
        return vm == null ? null : vm.seen();
    }

    @Override
    public VmPage list(VmQuery query) {
        long now = nanos.getAsLong();
        return page(newestFirst(query.after()), query.limit(), vm -> query.matches(vm.entry())
                && (query.status() != VmStatus.RUNNING || !vm.pulse().isSilentAt(now)));
    }

    private static VmPage page(NavigableMap<Rank, Vm> vms, int most, Predicate<Vm> wanted) {
        List<VmEntry> page = new ArrayList<>();
        Rank last = null;
        for (Vm vm : vms.values()) {
            if (wanted.test(vm)) {
                if (page.size() == most) {
                    return new VmPage(page, String.valueOf(last));
                }
                page.add(vm.seen());
                last = vm.rank();
            }
        }
        return new VmPage(page, null);
    }

    @Override
    public long revision() {
        return keeper.revision();
    }

    private NavigableMap<Rank, Vm> newestFirst(@Nullable String after) {
        NavigableMap<Rank, Vm> order = keeper.fleet().order();
        return (after == null ? order : order.headMap(Rank.parse(after), false)).descendingMap();
    }

    @Override
    public VmPage discover(VmRole role, int most, @Nullable String after) {
        NavigableMap<Rank, Vm> ready = keeper.fleet().ready(role);
        long now = nanos.getAsLong();
        return page(after == null ? ready : ready.tailMap(Rank.parse(after), false), most,
                vm -> !vm.pulse().isSilentAt(now));
    }

    @Override
    public @Nullable VmEntry resolve(String name) {
        long now = nanos.getAsLong();
        for (Vm vm : keeper.fleet().ready(name).descendingMap().values()) {
            if (!vm.pulse().isSilentAt(now)) {
                return vm.seen();
            }
        }
        return null;
    }

    @Override
    public VmPage stale(int most, @Nullable String after) {
        long now = nanos.getAsLong();
        return page(newestFirst(after), most, vm -> vm.pulse().isSilentAt(now));
    }

    @Override
    public VmCounts counts() {
        int stale = 0;
        Map<VmStatus, Integer> live = new EnumMap<>(VmStatus.class);
        long now = nanos.getAsLong();
        for (Vm vm : keeper.fleet().order().values()) {
            if (vm.pulse().isSilentAt(now)) {
                stale++;
            } else {
                live.merge(vm.entry().status(), 1, Integer::sum);
            }
        }
        return new VmCounts(live.getOrDefault(VmStatus.RUNNING, 0), live.getOrDefault(VmStatus.PAUSED, 0),
                live.getOrDefault(VmStatus.STOPPED, 0), stale);
    }

    @Override
    public Subscription subscribe(Consumer<VmChange> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void tell(VmChange change) {
        for (Consumer<VmChange> listener : listeners) {
            try {
                listener.accept(change);
            } catch (RuntimeException e) {
                log.accept("a listener to the VM registry failed: " + e);
            }
        }
    }

    /** Does now what otherwise happens every two seconds: notices who is silent, and saves who was heard. */
    void tend() {
        writer.submit(draft -> {
            keeper.save(false);
            return draft;
        });
    }

    @Override
    public void close() {
        writer.close();
    }
}
