package dev.asmp.daemon;

import dev.asmp.http.DaemonState;
import dev.asmp.manifest.HostProfile;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Registry;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One scan from beginning to end. Scans run one after the other; requests for a scan while one runs share the next.
 *
 * <pre>
 *   Scanner ─────────────── what is certain ──────────→ ScanClaims → Registry
 *      └→ NameConflicts → UnseenEntries → what is left ─────↑
 *         one per name    what is gone
 * </pre>
 */
final class ScanCycle {
    private final Scanner scanner;
    private final Registry registry;
    private final Supplier<HostProfile> profile;
    private final InstantSource clock;
    private final UnseenEntries unseen;
    private final Log log;
    private final ScanOutcome.Totals totals = new ScanOutcome.Totals();
    private final SerializedScans<ScanOutcome> serialized = new SerializedScans<>(this::scanOnce);
    private final ProblemLog problemLog;
    private final AtomicReference<@Nullable Map<Path, Boolean>> walked = new AtomicReference<>();
    private volatile DaemonState.@Nullable LastScan last;
    private volatile Runnable scanned = () -> {};
    private final ScanRefusals refusals = new ScanRefusals(MemoryBudgets.REFUSALS.bytes());
    private final long share;
    private boolean recalled;

    ScanCycle(Registry registry, Supplier<HostProfile> profile, InstantSource clock, Log log) {
        this(registry, profile, clock, log, MemoryBudgets.INDEX.bytes() / 2);
    }

    /** A cycle in which the manifests of one repository may take this share of the index. */
    ScanCycle(Registry registry, Supplier<HostProfile> profile, InstantSource clock, Log log, long share) {
        this.share = share;
        this.scanner = new Scanner(clock, new Scanner.Budgets(MemoryBudgets.SCAN.bytes() / 3,
                MemoryBudgets.SCAN.bytes() / 3 * 2, MemoryBudgets.FILES.bytes() / 3, ManifestWatcher.MOST_FOLDERS + 1));
        this.registry = registry;
        this.profile = profile;
        this.clock = clock;
        this.unseen = new UnseenEntries(registry, scanner);
        this.log = log;
        this.problemLog = new ProblemLog(log);
    }

    /** Calls back after each complete scan. */
    void whenScanned(Runnable told) {
        scanned = told;
    }

    /** Runs a scan that begins after this call, or shares one that does. */
    ScanOutcome scan() {
        return serialized.share();
    }

    /** Looks at what has changed, by the rules of a scan and never during one. */
    void look(FolderChanges changes, FolderListener listener) {
        serialized.take(() -> lookOnce(changes, listener));
    }

    /** Lets the manifest on disk take over from announces that have expired; without one, they become stale. */
    void expire() {
        List<Entry> expired = registry.expired();
        if (!expired.isEmpty()) {
            claims(profile.get()).replace(expired);
        }
    }

    /** The last complete scan; null before the first has ended. */
    DaemonState.@Nullable LastScan last() {
        return last;
    }

    /** The files that cannot be used now. */
    List<ScanProblem> problems() {
        return problemLog.problems();
    }

    @Nullable
    ScanProblem problemOf(String service, @Nullable String source) {
        return problemLog.problemOf(service, source);
    }

    /** The bytes of the manifest that an entry is from, as they are now; null where it cannot be read. */
    byte @Nullable [] manifest(Entry entry) {
        HostProfile host = profile.get();
        Path source = source(entry, host);
        return source == null ? null : scanner.bytes(source, host.discovery().scanPaths());
    }

    long problemsRevision() {
        return problemLog.revision();
    }

    ScanOutcome.Totals totals() {
        return totals;
    }

    private ScanOutcome scanOnce() {
        Instant began = clock.instant();
        long nanos = System.nanoTime();
        HostProfile host = profile.get();
        recall(registry.catalog(), host);
        refusals.begin(host.policy(), registry.freed());
        try (ScanClaims claims = claims(host)) {
            ScanReport report = scanner.scan(host.discovery(), claims);
            NameConflicts names = settle(report.found(), claims.before(), host);
            // Before the rest is claimed, so that entries that are gone free names and ports.
            boolean freed = unseen.judge(began, host, namesOf(names.winners()));
            claims.finish(names.winners(), freed);
            report.problems().forEach(claims.problems()::add);
            int stale = (int) registry.catalog().entries().stream().filter(UnseenEntries::isStaleScan).count();
            ScanOutcome outcome = ScanOutcome.of(claims, report, names.conflicts(), stale,
                    !host.discovery().scanPaths().isEmpty(), Duration.ofNanos(System.nanoTime() - nanos));
            totals.add(outcome);
            last = new DaemonState.LastScan(began, outcome.document());
            walked.set(report.folders()); // not before: to watch thousands of folders takes time that a scan needs
            scanned.run();
            problemLog.tell(outcome.problems(), outcome.conflicts());
            return outcome;
        } finally {
            scanner.releaseAll();
        }
    }

    private ScanClaims claims(HostProfile host) {
        return new ScanClaims(registry, scanner, log::warn, host, refusals,
                new RepositoryShare(registry::catalog, host, share));
    }

    /** Gives the first scan of this process what the index knows of the files, so that it parses only what differs. */
    private void recall(Catalog catalog, HostProfile host) {
        if (!recalled) {
            recalled = true;
            for (Entry entry : catalog.entries()) {
                Path source = source(entry, host);
                String digest = entry.state().sourceDigest();
                if (source != null && digest != null) {
                    scanner.recall(source, digest, entry.name());
                }
            }
        }
    }

    /** Takes the folders that the last scan walked; null when they were taken, or are not to be watched. */
    @Nullable
    Map<Path, Boolean> takeWalked() {
        return walked.getAndSet(null);
    }

    /** Tells whether the folders of the last scan were not taken yet. */
    boolean hasWalked() {
        return walked.get() != null;
    }

    /** Names whose manifest is there: one that policy keeps out is not unseen. */
    private static Set<String> namesOf(List<FoundManifest> found) {
        return found.stream().map(FoundManifest::name).collect(Collectors.toSet());
    }

    private void lookOnce(FolderChanges changes, FolderListener listener) {
        HostProfile host = profile.get();
        refusals.begin(host.policy(), registry.freed());
        try (ScanClaims claims = claims(host)) {
            PartialScan partial = scanner.look(host.discovery(), changes, listener);
            NameConflicts names = settle(partial.found(), claims.before(), host);
            unseen.judge(partial, host, namesOf(names.winners()));
            claims.finish(names.winners(), false);
            partial.problems().forEach(claims.problems()::add);
            problemLog.tellMore(partial.files().stream().map(Path::toString).collect(Collectors.toSet()),
                    claims.problems().kept(), names.conflicts());
        } finally {
            scanner.releaseAll();
        }
    }

    private NameConflicts settle(List<FoundManifest> found, Catalog before, HostProfile host) {
        return NameConflicts.settle(found, name -> NameConflicts.holder(before, name, host),
                file -> scanner.lastNameOf(file) != null || isGone(file, host));
    }

    static boolean isGone(Path file, HostProfile host) {
        return SourceState.of(file, host.discovery().scanPaths()) == SourceState.GONE;
    }

    /** The file of an entry; null when it has none, or one whose name cannot be a path here. */
    static @Nullable Path source(Entry entry, HostProfile host) {
        return source(entry, null, host);
    }

    /** The file of an entry, or where it has none, another one. */
    static @Nullable Path source(Entry entry, @Nullable String otherwise, HostProfile host) {
        String own = entry.state().source();
        String source = own == null ? otherwise : own;
        try {
            return source == null ? null : host.servicesFolder().getFileSystem().getPath(source);
        } catch (InvalidPathException _) {
            return null;
        }
    }
}
