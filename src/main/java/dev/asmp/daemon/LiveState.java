package dev.asmp.daemon;

import dev.asmp.document.IoReason;
import dev.asmp.http.DaemonState;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Registry;
import dev.asmp.scan.ScanProblem;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The daemon's own state, read at each request. */
record LiveState(Path home, Registry registry, ScanCycle scans, Supplier<@Nullable String> fleet, InstantSource clock,
        Instant startedAt, Build build) implements DaemonState {
    /** With less, no change can be relied on to be saved. */
    private static final long FULL = 1024 * 1024;

    @Override
    public String version() {
        return build.version();
    }

    @Override
    public @Nullable String commit() {
        return build.commit();
    }

    @Override
    public Duration uptime() {
        return Duration.between(startedAt, clock.instant());
    }

    @Override
    public @Nullable String fleetUrl() {
        return fleet.get();
    }

    @Override
    public @Nullable LastScan lastScan() {
        return scans.last();
    }

    @Override
    public List<Issue> issues() {
        return Stream.concat(registry.problems().stream().map(left -> new Issue(left.path(), null, left.error())),
                scans.problems().stream().map(LiveState::issue)).toList();
    }

    @Override
    public @Nullable Issue issueOf(String service, @Nullable String source) {
        ScanProblem problem = scans.problemOf(service, source);
        return problem == null ? null : issue(problem);
    }

    @Override
    public byte @Nullable [] manifest(Entry entry) {
        return scans.manifest(entry);
    }

    @Override
    public long issuesRevision() {
        return scans.problemsRevision();
    }

    @Override
    public long indexBytes() {
        return registry.catalog().heapBytes();
    }

    @Override
    public long indexLimit() {
        return MemoryBudgets.INDEX.bytes();
    }

    private static Issue issue(ScanProblem problem) {
        return new Issue(problem.path(), problem.name(), problem.error());
    }

    @Override
    public long freeBytes() {
        File folder = home.toFile(); // a FileStore would read the table of mounts each time
        return folder.getTotalSpace() == 0 ? -1 : folder.getUsableSpace();
    }

    @Override
    public @Nullable String writeProblem() {
        IOException failure = registry.writeFailure();
        long free = freeBytes();
        return failure != null ? IoReason.of(failure) : free >= 0 && free < FULL ? "no space left on device" : null;
    }
}
