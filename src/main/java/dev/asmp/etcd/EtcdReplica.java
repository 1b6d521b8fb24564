package dev.asmp.etcd;

import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.etcd.EtcdTransaction.KeyValue;
import dev.asmp.manifest.Printable;
import dev.asmp.vm.MirroredFleet;
import dev.asmp.vm.MirroredFleet.Heard;
import dev.asmp.vm.VmEntry;
import dev.asmp.vm.VmStore;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The fleet's keys as this process knows them: what a list and the watch say becomes the view. All processes see the same
 * changes in the same order and come to the same result. One thread changes it.
 *
 * <p>A mark that a VM is stale says up to which revision that was judged. A change or a heartbeat of a later revision makes it
 * void: two processes that disagree for a moment do not hide a live VM.
 */
final class EtcdReplica {
    /** A heartbeat that is earlier by less was overtaken on its way by a later one; by more, another host's clock is behind. */
    private static final long OVERTAKEN = 10_000;
    private static final int MAX_NAMED = 20;

    private final EtcdKeys keys;
    private final String self;
    private final MirroredFleet view;
    private final EtcdFreshness freshness;
    private final Consumer<String> log;
    private final ConcurrentHashMap<String, Tracked> tracked = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Long> factsModified = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Mapping> processes = new ConcurrentHashMap<>();
    /** Marks that mean nothing any more, by id, with their revisions. */
    private final ConcurrentHashMap<String, Long> voids = new ConcurrentHashMap<>();
    /** What this process is writing, by id, which need not be parsed when the watch brings it. For any thread. */
    private final ConcurrentHashMap<String, VmEntry> written = new ConcurrentHashMap<>();
    private final Set<String> named = new HashSet<>();
    /** While a list is shown: up to which revision its marks were judged. */
    private Map<String, Long> judged = Map.of();
    /** The facts that changed last, and at which revision. */
    private String keptLast = "";
    private long keptAt;

    /** The revisions of what is known about one VM. */
    private static final class Tracked {
        private volatile long modified;
        private volatile long mark;
        private long heard;
    }

    EtcdReplica(EtcdKeys keys, String self, MirroredFleet view, EtcdFreshness freshness, Consumer<String> log) {
        this.keys = keys;
        this.self = self;
        this.view = view;
        this.freshness = freshness;
        this.log = log;
    }

    /** The revision of a VM's key as far as it is known; 0 where there is none. For any thread. */
    long modified(String id) {
        Tracked vm = tracked.get(id);
        return vm == null ? 0 : vm.modified;
    }

    /** The revision of a VM's mark; 0 where there is none. For any thread. */
    long mark(String id) {
        Tracked vm = tracked.get(id);
        return vm == null ? 0 : vm.mark;
    }

    /** The revision of facts as far as it is known; 0 where there are none. For any thread. */
    long factsModified(String key) {
        return factsModified.getOrDefault(key, 0L);
    }

    Map<String, Mapping> processes() {
        return processes;
    }

    Map<String, Long> voids() {
        return voids;
    }

    Map<String, VmEntry> written() {
        return written;
    }

    /** Shows what a list says, and nothing else. */
    void show(EtcdListing list) {
        if (view.size() == 0) {
            view.load(list.entries, list.created, list.facts);
        } else {
            view.kept("").keySet().stream().filter(key -> !list.facts.containsKey(key)).toList()
                    .forEach(key -> view.keep(key, null));
            list.facts.forEach(view::keep);
            view.ids().stream().filter(id -> !list.entries.containsKey(id)).forEach(this::remove);
            list.entries.forEach((id, entry) -> {
                if (modified(id) != list.modified.getOrDefault(id, 0L)) {
                    view.put(entry, list.created.getOrDefault(id, 0L));
                }
            });
        }
        list.modified.forEach((id, revision) -> {
            Tracked vm = tracked.computeIfAbsent(id, _ -> new Tracked());
            vm.modified = revision;
            vm.mark = 0;
            vm.heard = 0;
        });
        factsModified.clear();
        factsModified.putAll(list.factsModified);
        processes.clear();
        Set<String> asleep = new HashSet<>();
        view.ids().stream().filter(view::isAsleep).forEach(asleep::add);
        list.others.sort(Comparator.comparingLong(KeyValue::modified));
        judged = new HashMap<>();
        list.others.stream().filter(this::isMark)
                .forEach(key -> judged.put(keys.name(key.key()).rest(), judged(key)));
        list.others.stream().filter(key -> !isMark(key)).forEach(this::put);
        list.others.stream().filter(this::isMark).forEach(this::put);
        asleep.stream().filter(id -> !judged.containsKey(id)).forEach(view::wake); // their marks are gone
        judged = Map.of();
    }

    private boolean isMark(KeyValue key) {
        return keys.name(key.key()).kind().equals(EtcdKeys.STALE);
    }

    /** The revision up to which a VM was judged to be silent; 0 where that cannot be read. */
    private static long judged(KeyValue mark) {
        try {
            return Json.read(mark.value()) instanceof Mapping said ? EtcdTransaction.number(said, "judged") : 0;
        } catch (MalformedDocumentException | NumberFormatException _) {
            return 0;
        }
    }

    /** Takes a key that was written. */
    void put(KeyValue key) {
        EtcdKeys.Name name = keys.name(key.key());
        try {
            switch (name.kind()) {
                case EtcdKeys.VMS -> putVm(name.rest(), key);
                case EtcdKeys.FACTS -> keep(name.rest(), facts(key), key.modified(), key.modified());
                case EtcdKeys.STALE -> mark(name.rest(), key);
                case EtcdKeys.BEATS -> hear(name.rest().startsWith(self + "/"), key);
                case EtcdKeys.PROCESSES -> meet(name.rest(), key);
                case EtcdKeys.HOLDERS -> {
                    // Asked for when it is needed.
                }
                default -> skip(key.key(), "is not one of this registry");
            }
        } catch (RuntimeException e) {
            skip(key.key(), "cannot be read (" + e.getMessage() + ")");
        }
    }

    /** Takes a key that was deleted. */
    void delete(String key, long revision) {
        EtcdKeys.Name name = keys.name(key);
        switch (name.kind()) {
            case EtcdKeys.VMS -> remove(name.rest());
            case EtcdKeys.FACTS -> keep(name.rest(), null, 0, revision);
            case EtcdKeys.STALE -> {
                Tracked vm = tracked.get(name.rest());
                voids.remove(name.rest());
                if (vm != null) {
                    vm.mark = 0;
                    vm.heard = Math.max(vm.heard, revision);
                    view.wake(name.rest());
                }
            }
            case EtcdKeys.PROCESSES -> processes.remove(name.rest());
            default -> {
                // Heartbeats that were written long ago, or a key of others.
            }
        }
    }

    private void remove(String id) {
        tracked.remove(id);
        view.remove(id);
    }

    private void putVm(String id, KeyValue key) {
        VmEntry entry = entry(id, key);
        if (entry != null) {
            tracked.computeIfAbsent(id, _ -> new Tracked()).modified = key.modified();
            if (keptAt == key.modified() && keptLast.equals(VmStore.SHOWN + id)) {
                view.change(entry);
            } else {
                view.put(entry, key.created());
            }
        }
    }

    private void keep(String key, @Nullable Mapping facts, long modified, long revision) {
        view.keep(key, facts);
        if (modified == 0) {
            factsModified.remove(key);
        } else {
            factsModified.put(key, modified);
        }
        keptLast = key;
        keptAt = revision;
    }

    /** The facts of a key; null where it holds something else. */
    static @Nullable Mapping facts(KeyValue key) {
        try {
            return Json.read(key.value()) instanceof Mapping facts ? facts : null;
        } catch (MalformedDocumentException _) {
            return null;
        }
    }

    /** The entry of a key; null where it holds something else, which is named. */
    @Nullable
    VmEntry entry(String id, KeyValue key) {
        VmEntry own = written.remove(id);
        if (own != null && Arrays.equals(own.json(), key.value())) {
            return own;
        }
        try {
            VmEntry entry = VmEntry.read(key.value());
            if (entry.id().equals(id)) {
                return entry;
            }
            skip(key.key(), "holds the entry of another id");
        } catch (RuntimeException e) {
            skip(key.key(), "holds no entry of a VM (" + e.getMessage() + ")");
        }
        return null;
    }

    private void mark(String id, KeyValue key) {
        Tracked vm = tracked.get(id);
        // One that was written together with the entry belongs to a change that is no sign of life.
        if (vm != null && (judged(key) >= vm.modified || key.modified() == vm.modified) && judged(key) >= vm.heard) {
            vm.mark = key.modified();
            view.sleep(id);
        } else {
            voids.put(id, key.modified());
        }
    }

    private void hear(boolean own, KeyValue key) {
        EtcdBeats.read(key.value(), heard -> hear(own, heard, key.modified()), (id, moment) -> {
            if (!freshness.isListed() && view.lastSeen(id) < moment) {
                view.show(id, moment);
            }
        });
    }

    private void hear(boolean own, Heard heard, long revision) {
        String id = heard.id();
        Tracked vm = tracked.get(id);
        if (vm == null || revision <= judged.getOrDefault(id, 0L)) {
            return;
        }
        if (revision > vm.modified) {
            long known = view.lastSeen(id);
            long shown = heard.moment() < known && known - heard.moment() < OVERTAKEN ? known : heard.moment();
            if (own && freshness.isListed()) {
                vm.heard = revision;
            } else {
                view.beat(id, shown);
                if (heard.seq() >= 0) {
                    view.learn(id, heard.sender(), heard.seq());
                }
            }
        }
        vm.heard = Math.max(vm.heard, revision);
        view.wake(id);
    }

    private void meet(String process, KeyValue key) {
        Mapping said = Json.read(key.value()) instanceof Mapping mapping ? mapping : Mapping.EMPTY;
        processes.put(process, said);
        if (process.equals(self)) {
            freshness.freshAsOf(EtcdTransaction.number(said, "written"), view);
        }
    }

    private void skip(String key, String why) {
        if (named.size() < MAX_NAMED && named.add(key)) {
            log.accept("etcd: the key '" + Printable.of(key) + "' " + why + " and is skipped");
        }
    }
}
