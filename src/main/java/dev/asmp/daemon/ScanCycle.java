package dev.asmp.daemon;

import dev.asmp.manifest.Claim;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.Manifest;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Registry;
import dev.asmp.registry.Staleness;
import dev.asmp.registry.Status;
import dev.asmp.registry.Sync;
import dev.asmp.scan.FolderChanges;
import dev.asmp.scan.FolderListener;
import dev.asmp.scan.FoundManifest;
import dev.asmp.scan.PartialScan;
import dev.asmp.scan.ScanProblem;
import dev.asmp.scan.ScanReport;
import dev.asmp.scan.Scanner;
import dev.asmp.scan.SourceState;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One scan from beginning to end: walk, settle who speaks for which name, hand what is new to the registry, and see what has
 * gone stale. Scans run one after the other; those who ask while one runs share the next.
 */
final class ScanCycle {
    private static final int CHUNK = 128;

    private final Scanner scanner;
    private final Registry registry;
    private final Supplier<HostProfile> profile;
    private final InstantSource clock;
    private final ScanTotals totals = new ScanTotals();
    private final SerializedScans<ScanOutcome> turns = new SerializedScans<>(this::scanOnce);
    private final ProblemLog complaints;
    private final AtomicReference<@Nullable Map<Path, Boolean>> walked = new AtomicReference<>();
    private Map<Path, Entry> bySource = Map.of();

    ScanCycle(Registry registry, Supplier<HostProfile> profile, InstantSource clock, Log log) {
        this.scanner = new Scanner(clock, this::knownAs);
        this.registry = registry;
        this.profile = profile;
        this.clock = clock;
        this.complaints = new ProblemLog(log);
    }

    /** Runs a scan that begins after this call, or shares one that does. */
    ScanOutcome scan() {
        return turns.share();
    }

    /** Looks at what has changed, by the rules of a scan and never during one. */
    void look(FolderChanges changes, FolderListener witness) {
        turns.take(() -> lookOnce(changes, witness));
    }

    /** What all scans together have done. */
    ScanTotals totals() {
        return totals;
    }

    private ScanOutcome scanOnce() {
        Instant began = clock.instant();
        long nanos = System.nanoTime();
        HostProfile host = profile.get();
        Catalog before = registry.catalog();
        bySource = sources(before, host);
        ScanReport report = scanner.scan(host.discovery());
        bySource = Map.of();
        NameConflicts rivals = settle(report.found(), before, host);
        List<ScanProblem> problems = new ArrayList<>(report.problems());
        judgeUnseen(began, host, names(rivals.winners())); // first, so that what is gone makes room for what is new
        Map<String, Boolean> accepted = register(rivals.winners(), before, host, problems);
        int stale = (int) registry.catalog().entries().stream().filter(ScanCycle::isStaleScan).count();
        int registered = (int) accepted.values().stream().filter(isNew -> isNew).count();
        ScanOutcome outcome = new ScanOutcome(registered, accepted.size() - registered, stale, problems,
                rivals.conflicts(), report.effort(), Duration.ofNanos(System.nanoTime() - nanos));
        totals.add(outcome);
        walked.set(report.folders()); // not before: to watch thousands of folders takes time that a scan needs
        complaints.tell(problems, rivals.conflicts());
        return outcome;
    }

    /** The folders that the last scan went through, once for each scan; null when that was taken, or nobody wants to watch. */
    @Nullable
    Map<Path, Boolean> takeWalked() {
        return walked.getAndSet(null);
    }

    /** Whether a scan went through folders that nobody asked for yet. */
    boolean hasWalked() {
        return walked.get() != null;
    }

    /** Those whose manifest is there: one that policy keeps out is not unseen. */
    private static Set<String> names(List<FoundManifest> found) {
        return found.stream().map(FoundManifest::name).collect(Collectors.toSet());
    }

    private void lookOnce(FolderChanges changes, FolderListener witness) {
        HostProfile host = profile.get();
        Catalog before = registry.catalog();
        PartialScan glance = scanner.look(host.discovery(), changes, witness);
        NameConflicts rivals = settle(glance.found(), before, host);
        List<ScanProblem> problems = new ArrayList<>(glance.problems());
        List<Entry> gone = unseen(host, names(rivals.winners()))
                .filter(unseen -> glance.covers(unseen.file) && isGone(unseen, host)).map(Unseen::entry).toList();
        inChunks(gone, registry::markStale);
        register(rivals.winners(), before, host, problems);
        complaints.tellMore(glance.files(), problems, rivals.conflicts());
    }

    private NameConflicts settle(List<FoundManifest> found, Catalog before, HostProfile host) {
        return NameConflicts.settle(found, before, file -> scanner.lastNameOf(file) != null,
                source -> SourceState.of(source, host.discovery().scanPaths()));
    }

    private static Map<Path, Entry> sources(Catalog catalog, HostProfile host) {
        Map<Path, Entry> sources = new HashMap<>();
        for (Entry entry : catalog.entries()) {
            Path source = source(entry, host);
            if (source != null) {
                sources.put(source, entry);
            }
        }
        return sources;
    }

    /** The file of an entry; null where there is none, or none whose name can be a path here. */
    private static @Nullable Path source(Entry entry, HostProfile host) {
        String source = entry.state().source();
        try {
            return source == null ? null : host.servicesFolder().getFileSystem().getPath(source);
        } catch (InvalidPathException _) {
            return null;
        }
    }

    private @Nullable String knownAs(Path source, String digest) {
        Entry entry = bySource.get(source);
        return entry != null && digest.equals(entry.state().sourceDigest()) ? entry.name() : null;
    }

    /** Hands to the registry what it does not know yet; returns the accepted names, true where they are new. */
    private Map<String, Boolean> register(List<FoundManifest> winners, Catalog before, HostProfile host,
            List<ScanProblem> problems) {
        Map<String, Boolean> accepted = new HashMap<>();
        Map<String, Claim.Sighting> news = new HashMap<>();
        for (FoundManifest found : winners) {
            Entry entry = before.find(found.name());
            String keptOut = registry.whyNotInService(found.name(), found.file().toString(), found.digest());
            if (entry != null && isCurrent(entry, found)) {
                accepted.put(found.name(), false);
            } else if (keptOut != null) {
                problems.add(new ScanProblem(found.file().toString(), keptOut, true));
            } else {
                Claim.Sighting claim = claim(found, entry, host);
                if (claim == null) {
                    problems.add(new ScanProblem(found.file().toString(),
                            "changed while it was looked at; the next scan reads it again", true));
                } else {
                    news.put(found.name(), claim);
                }
            }
        }
        List<Claim.Sighting> claims = news.values().stream()
                .sorted((a, b) -> a.source().toString().compareTo(b.source().toString())).toList();
        inChunks(claims, chunk -> {
            Registry.Sightings outcome = registry.sight(chunk);
            outcome.accepted()
                    .forEach((name, how) -> accepted.put(name, how == Registry.Sighted.REGISTERED));
            outcome.refused().forEach((name, why) -> {
                Claim.Sighting refused = news.get(name);
                if (refused != null) {
                    problems.add(new ScanProblem(refused.source().toString(), why, true));
                }
            });
        });
        return accepted;
    }

    /** Few enough at a time that whoever announces meanwhile does not wait long, and enough to share the disk's work. */
    private static <T> void inChunks(List<T> all, Consumer<List<T>> take) {
        for (int i = 0; i < all.size(); i += CHUNK) {
            take.accept(all.subList(i, Math.min(i + CHUNK, all.size())));
        }
    }

    private boolean isCurrent(Entry entry, FoundManifest found) {
        return registry.hasFile(entry) && found.file().toString().equals(entry.state().source())
                && found.digest().equals(entry.state().sourceDigest()) && !isStaleScan(entry)
                && !entry.state().expiredAt(clock.instant());
    }

    private static boolean isStaleScan(Entry entry) {
        return entry.isStale() && entry.state().sync() == Sync.SCAN;
    }

    private Claim.@Nullable Sighting claim(FoundManifest found, @Nullable Entry entry, HostProfile host) {
        Manifest manifest = found.manifest();
        if (manifest == null && entry != null && entry.state().sync() == Sync.SCAN
                && found.digest().equals(entry.state().sourceDigest())) {
            manifest = entry.manifest(); // back again, or moved, but the same
        }
        if (manifest == null) {
            return readAgain(found.file(), found.name(), host);
        }
        return new Claim.Sighting(manifest, found.file(), found.digest());
    }

    /** What a file says of this name now; null when it does not any more. */
    private Claim.@Nullable Sighting readAgain(Path file, String name, HostProfile host) {
        FoundManifest found = scanner.read(file, host.discovery().scanPaths());
        return found == null || found.manifest() == null || !found.name().equals(name)
                ? null
                : new Claim.Sighting(found.manifest(), found.file(), found.digest());
    }

    private void judgeUnseen(Instant now, HostProfile host, Set<String> seen) {
        Catalog catalog = registry.catalog();
        List<Entry> stale = new ArrayList<>();
        List<Entry> unseen = new ArrayList<>();
        unseen(host, seen).forEach(last -> {
            boolean isStale = Staleness.isStale(last.entry, isGone(last, host), catalog.lastSeen(last.entry),
                    host.discovery().staleAfter(), now);
            (isStale ? stale : unseen).add(last.entry);
        });
        inChunks(stale, registry::markStale);
        registry.seen(now, unseen);
    }

    /** A scanned entry that was not seen this time, and where it was last. */
    private record Unseen(Entry entry, Path file) {}

    private Stream<Unseen> unseen(HostProfile host, Set<String> seen) {
        return registry.catalog().entries().stream()
                .filter(entry -> entry.state().status() == Status.REGISTERED && entry.state().sync() == Sync.SCAN
                        && !seen.contains(entry.name()))
                .mapMulti((entry, take) -> {
                    Path file = source(entry, host);
                    if (file != null) {
                        take.accept(new Unseen(entry, file));
                    }
                });
    }

    private boolean isGone(Unseen unseen, HostProfile host) {
        String name = scanner.lastNameOf(unseen.file);
        return (name != null && !name.equals(unseen.entry.name()))
                || SourceState.of(unseen.file, host.discovery().scanPaths()) == SourceState.GONE;
    }

    /** Lets the manifest on disk take over from announces that have run out; where none may, they are stale. */
    void expire() {
        HostProfile host = profile.get();
        Map<String, Entry> expired = new HashMap<>();
        List<Claim.Sighting> onDisk = new ArrayList<>();
        for (Entry entry : registry.catalog().expiredAt(clock.instant())) {
            expired.put(entry.name(), entry);
            Claim.Sighting claim = onDisk(entry, host);
            if (claim != null) {
                onDisk.add(claim);
            }
        }
        inChunks(onDisk, chunk -> expired.keySet().removeAll(registry.sight(chunk).accepted().keySet()));
        inChunks(List.copyOf(expired.values()), registry::markStale);
    }

    private Claim.@Nullable Sighting onDisk(Entry entry, HostProfile host) {
        Path source = source(entry, host);
        return source == null ? null : readAgain(source, entry.name(), host);
    }
}
