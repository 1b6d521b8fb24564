package dev.asmp.http;

import dev.asmp.document.Mapping;
import dev.asmp.registry.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The daemon's own state, for the answers that tell how everything is. */
public interface DaemonState {
    String version();

    /** The commit that was built; null where it is not known. */
    @Nullable
    String commit();

    Instant startedAt();

    Duration uptime();

    /** The address for other hosts; null where there is none. */
    @Nullable
    String fleetUrl();

    /** The last complete scan; null before the first has ended. */
    @Nullable
    LastScan lastScan();

    /** The files that cannot be used now. */
    List<Issue> issues();

    /** The problem with a service's manifest: by its name or source, else by the manifest's folder; null where there is none. */
    @Nullable
    Issue issueOf(String service, @Nullable String source);

    /** The bytes of the manifest that an entry is from, as they are on disk now; null where it cannot be read. */
    byte @Nullable [] manifest(Entry entry);

    /** A number that changes with each change of the issues. */
    long issuesRevision();

    /** The memory that the index takes, by an estimate. */
    long indexBytes();

    /** The memory that the index may take. */
    long indexLimit();

    /** The free bytes on the disk of the state folder; negative where that cannot be told. */
    long freeBytes();

    /** The reason why changes cannot be saved now; null where they can. */
    @Nullable
    String writeProblem();

    /** A scan as it was answered, and when it began. */
    record LastScan(Instant at, Mapping report) {}

    /** A file or folder that cannot be used, with the name of the service if that is known. */
    record Issue(String path, @Nullable String name, String error) {}
}
