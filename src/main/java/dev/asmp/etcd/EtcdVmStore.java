package dev.asmp.etcd;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.HeapCost;
import dev.asmp.document.Mapping;
import dev.asmp.document.Timestamps;
import dev.asmp.etcd.EtcdChange.Decision;
import dev.asmp.etcd.EtcdChange.Known;
import dev.asmp.manifest.EtcdSettings;
import dev.asmp.manifest.VmRole;
import dev.asmp.store.BatchWriter;
import dev.asmp.store.RefusedException;
import dev.asmp.vm.MirroredFleet;
import dev.asmp.vm.VmChange;
import dev.asmp.vm.VmCounts;
import dev.asmp.vm.VmEntry;
import dev.asmp.vm.VmPage;
import dev.asmp.vm.VmPatch;
import dev.asmp.vm.VmQuery;
import dev.asmp.vm.VmRegistration;
import dev.asmp.vm.VmRules;
import dev.asmp.vm.VmStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The fleet in an etcd cluster, shared by any number of registry processes.
 *
 * <pre>
 *   register, patch, remove → queue → {@link EtcdWriter} ── transaction ──► etcd
 *   heartbeat → view → {@link EtcdBeats} ── {@link EtcdPulse}, every few seconds ──►  │
 *                                                                 │ watch
 *   get, list, discover … ◄── {@link MirroredFleet} ◄── {@link EtcdReplica} ◄── {@link EtcdWatch}
 * </pre>
 *
 * Reads ask etcd nothing. While it is away they show the last state, and changes and heartbeats are refused.
 */
public final class EtcdVmStore implements VmStore {
    /** The memory of a change until it is answered, in lengths of the entry: its JSON, in a text, in a request. */
    private static final int AMPLIFIED = 8;
    private static final Duration FIRST_LIST = Duration.ofSeconds(20);
    private static final Duration SHOWN_LATEST = Duration.ofSeconds(3);

    private final EtcdSettings settings;
    private final String self;
    private final InstantSource clock;
    private final EtcdDecisions decisions;
    private final EtcdCounters counters = new EtcdCounters();
    private final EtcdAnswers answers = new EtcdAnswers();
    private final EtcdLink link;
    private final EtcdFreshness freshness;
    private final MirroredFleet view;
    private final EtcdReplica replica;
    private final EtcdWatch watch;
    private final EtcdPulse pulse;
    private final BatchWriter<EtcdChange> queue;

    /**
     * Opens the store. Settings that etcd refuses are an {@link IOException} whose message says which; where no member answers,
     * the store opens without a view and refuses everything until one does.
     *
     * @param waiting for changes that wait for the writer
     * @param maxBytes the memory that the VMs may take
     */
    public EtcdVmStore(EtcdSettings settings, EtcdMember process, InstantSource clock, LongSupplier nanos,
            ByteBudget waiting, long maxBytes, Consumer<String> log) throws IOException {
        this.settings = settings;
        this.self = process.id();
        this.clock = clock;
        link = new EtcdLink(settings, clock.millis(), counters);
        EtcdKeys keys = new EtcdKeys(settings.prefix());
        boolean answered = EtcdProbe.check(link, keys, settings.ca() != null, log);
        Duration limit = process.interval().multipliedBy(2).plusSeconds(2);
        freshness = new EtcdFreshness(clock, nanos, limit);
        view = new MirroredFleet(freshness, log);
        decisions = new EtcdDecisions(view, clock, maxBytes);
        replica = new EtcdReplica(keys, self, view, freshness, log);
        watch = new EtcdWatch(link, settings.endpoints(), keys, replica, freshness, view, counters, answers::reached,
                log);
        Mapping about = Mapping.builder().put("host", process.host()).put("version", process.version())
                .put("started", Timestamps.format(clock.millis())).build();
        pulse = new EtcdPulse(link, keys, self, about, new EtcdBeats(view), replica, view, watch, freshness, counters,
                process.interval());
        queue = new BatchWriter<>("vm-writer", new EtcdWriter(link, keys, self, replica, view, freshness, pulse,
                watch, answers, counters, clock, log), waiting, log);
        watch.start();
        if (answered) {
            answers.await(1, FIRST_LIST);
        }
        queue.start();
    }

    @Override
    public VmEntry register(VmRegistration registration) {
        checkListed();
        return Objects.requireNonNull(add(new VmEntry(registration, clock.millis()), true).await().entry());
    }

    private EtcdChange add(VmEntry entry, boolean strict) {
        return submit(entry.id(), SHOWN + entry.id(), entry.length(), AMPLIFIED * (long) entry.length(),
                known -> decisions.add(entry, strict, known));
    }

    @Override
    public @Nullable VmEntry patch(String id, VmPatch patch) {
        checkListed();
        VmEntry shown = view.get(id);
        return submit(id, null, patch.heapBytes(), patch.heapBytes()
                + (shown == null ? 0 : AMPLIFIED * (long) shown.length()), known -> decisions.patch(patch, known))
                .await().entry();
    }

    @Override
    public boolean remove(String id) {
        checkListed();
        return !submit(id, null, 0, 0, EtcdDecisions::remove).await().isNothing();
    }

    @Override
    public @Nullable VmEntry heartbeat(String id, @Nullable Beat beat) {
        checkListed();
        if (!freshness.isFresh()) {
            throw new RefusedException(RefusedException.Reason.UNAVAILABLE,
                    "the other registry processes cannot be told of a heartbeat: " + freshness.problem());
        }
        boolean known = view.holds(id);
        VmEntry vm = view.hear(id, beat, clock.millis());
        if (vm != null) {
            return vm;
        }
        // What the view does not know may have been registered elsewhere just now, so etcd decides.
        if (submit(id, null, 0, 0, EtcdDecisions::wake).await().isNothing()) {
            return null;
        }
        if (!known) {
            view.admit(id, beat);
        }
        return view.hear(id, clock.millis());
    }

    @Override
    public void keep(String key, @Nullable Mapping facts) {
        VmRules.checkFacts(key, facts);
        checkListed();
        long length = facts == null ? 0 : HeapCost.of(facts);
        String id = key.startsWith(SHOWN) ? key.substring(SHOWN.length()) : "";
        submit(id, key, length, AMPLIFIED * length, known -> decisions.keep(key, facts, known)).await();
    }

    @Override
    public SortedMap<String, Mapping> kept(String prefix) {
        return view().kept(prefix);
    }

    @Override
    public int prune() {
        checkListed();
        try {
            long revision = watch.revision();
            answers.await(pulse.mark(view.silent(), revision), SHOWN_LATEST);
        } catch (EtcdException e) {
            throw e.refusal();
        }
        List<EtcdChange> changes = new ArrayList<>();
        for (VmEntry vm : view.stale(VmQuery.NO_LIMIT, null).vms()) {
            changes.add(submit(vm.id(), null, 0, 0, EtcdDecisions::prune));
        }
        return done(changes);
    }

    @Override
    public int restore(List<VmEntry> vms) {
        checkListed();
        int added = 0;
        List<EtcdChange> together = new ArrayList<>();
        Instant last = Instant.MIN;
        for (VmEntry vm : vms) {
            if (vm.registeredAt().equals(last)) {
                // Keys of one transaction have one revision, which would not tell their order.
                added += done(together);
                together.clear();
            }
            together.add(add(vm, false));
            last = vm.registeredAt();
        }
        return added + done(together);
    }

    /** Waits for changes; returns how many of them had something to do. */
    private static int done(List<EtcdChange> changes) {
        return (int) changes.stream().filter(change -> !change.await().isNothing()).count();
    }

    private EtcdChange submit(String id, @Nullable String facts, long length, long bytes,
            Function<Known, Decision> decision) {
        EtcdChange change = new EtcdChange(id, facts, length, bytes, decision);
        queue.submit(change);
        return change;
    }

    private void checkListed() {
        if (!freshness.isListed()) {
            String problem = freshness.problem();
            throw new RefusedException(RefusedException.Reason.UNAVAILABLE,
                    "the fleet has not been read from etcd yet" + (problem == null ? "" : ": " + problem));
        }
    }

    private MirroredFleet view() {
        checkListed();
        return view;
    }

    @Override
    public @Nullable VmEntry get(String id) {
        return view().get(id);
    }

    @Override
    public VmPage list(VmQuery query) {
        return view().list(query);
    }

    @Override
    public long revision() {
        return view().revision();
    }

    @Override
    public VmPage discover(VmRole role, int most, @Nullable String after) {
        return view().discover(role, most, after);
    }

    @Override
    public @Nullable VmEntry resolve(String name) {
        return view().resolve(name);
    }

    @Override
    public VmPage stale(int most, @Nullable String after) {
        return view().stale(most, after);
    }

    @Override
    public VmCounts counts() {
        return view.counts();
    }

    @Override
    public long index() {
        return watch.revision();
    }

    @Override
    public boolean await(long index, Duration longest) {
        return answers.await(index, longest);
    }

    @Override
    public @Nullable Outage outage() {
        return freshness.outage();
    }

    @Override
    public Mapping status() {
        return EtcdProbe.status(link, settings, self, watch.revision(), replica.processes());
    }

    /** The numbers for monitoring. */
    public EtcdMetrics metrics() {
        return counters.with(view.size(), watch.revision(), Duration.ofNanos(freshness.age()), view.unsaved());
    }

    @Override
    public Subscription subscribe(Consumer<VmChange> listener) {
        return view.subscribe(listener);
    }

    @Override
    public void close() {
        queue.close();
        watch.close();
        link.close();
    }
}
