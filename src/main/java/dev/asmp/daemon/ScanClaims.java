package dev.asmp.daemon;

import dev.asmp.document.Mapping;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.Manifest;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Registry;
import dev.asmp.registry.Sightings;
import dev.asmp.registry.Sync;
import dev.asmp.scan.FoundManifest;
import dev.asmp.scan.ScanProblem;
import dev.asmp.scan.ScanProblems;
import dev.asmp.scan.ScanSink;
import dev.asmp.scan.Scanner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The claims that one scan makes on the registry: one for each file that its entry does not reflect yet. While the scan goes on,
 * it claims the names that no file still to be found can win; the others wait for the end, without their content.
 *
 * <pre>
 *   found in string order → certain → registry, group after group
 *                              └ no → NameConflicts → registry, at the end
 * </pre>
 */
final class ScanClaims implements ScanSink, AutoCloseable {
    /** Claims that are made together: an announcement waits for them at most, and they share a force. */
    private static final int CHUNK = 128;
    private static final long CHUNK_BYTES = 1024 * 1024;
    /** Typos in one manifest that are told. */
    private static final int TYPOS = 10;

    private final Registry registry;
    private final Scanner scanner;
    private final Consumer<String> warnings;
    private final Catalog before;
    private final HostProfile host;
    private final ScanProblems problems = new ScanProblems();
    private final Map<String, Sightings.Kind> accepted = new HashMap<>();
    /** What was refused while the scan went on, and why. */
    private final Map<FoundManifest, String> refused = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();
    private final Set<Path> claimed = new HashSet<>();
    private final ScanRefusals known;
    private final RepositoryShare share;
    private final ClaimQueue queue = new ClaimQueue(CHUNK, found -> claim(found, false));
    private int unchanged;
    private int parsed;

    /** Prepares the claims of a scan, which leaves out what the last ones know to be refused. */
    ScanClaims(Registry registry, Scanner scanner, Consumer<String> warnings, HostProfile host, ScanRefusals known,
            RepositoryShare share) {
        this.known = known;
        this.share = share;
        this.registry = registry;
        this.scanner = scanner;
        this.warnings = warnings;
        this.before = registry.catalog();
        this.host = host;
    }

    /** The registry as it was when this scan began. */
    Catalog before() {
        return before;
    }

    /** Claims what is certain while the scan reads on; waits when too many claims are under way. */
    @Override
    public void take(List<FoundManifest> found) {
        for (FoundManifest manifest : found) {
            if (isCertain(manifest)) {
                claimed.add(manifest.file());
                queue.add(manifest);
            } else {
                scanner.release(manifest);
            }
        }
        queue.begin();
    }

    /**
     * Tells whether this file has its name whatever else the scan finds: it is the file that holds the name, or the first one of a
     * name that none holds. One that had another name before waits until that is stale and its port is free.
     */
    private boolean isCertain(FoundManifest found) {
        boolean first = names.add(found.name());
        NameConflicts.Holder holder = NameConflicts.holder(before, found.name(), host);
        String lastName = scanner.lastNameOf(found.file());
        return (holder == null ? first : holder.file().equals(found.file()))
                && (lastName == null || lastName.equals(found.name()));
    }

    /** Claims what was not claimed yet; with names or ports freed meanwhile, also what was refused. */
    void finish(List<FoundManifest> winners, boolean freed) {
        queue.finish();
        List<FoundManifest> rest = new ArrayList<>(winners);
        rest.removeIf(winner -> claimed.contains(winner.file()));
        if (freed) {
            known.forget();
        }
        refused.forEach((found, why) -> {
            if (freed) {
                rest.add(found);
            } else {
                problems.add(ScanProblem.keptOut(found.file(), found.name(), why));
            }
        });
        rest.sort(Comparator.comparing(found -> found.file().toString()));
        claim(rest, true);
    }

    private void claim(List<FoundManifest> winners, boolean isFinal) {
        List<FoundManifest> chunk = new ArrayList<>();
        List<Claim.Sighting> claims = new ArrayList<>();
        long bytes = 0;
        for (FoundManifest found : winners) {
            Claim.Sighting claim = claim(found, isFinal);
            if (claim != null) {
                chunk.add(found);
                claims.add(claim);
                bytes += FoundManifest.weight(claim.manifest());
            } else {
                scanner.release(found);
            }
            if (claims.size() >= CHUNK || bytes >= CHUNK_BYTES) {
                submit(chunk, claims, isFinal);
                bytes = 0;
            }
        }
        submit(chunk, claims, isFinal);
    }

    /** The claim of a manifest; null where the registry knows it already, or must not have it. */
    private Claim.@Nullable Sighting claim(FoundManifest found, boolean isFinal) {
        Entry entry = before.find(found.name());
        String source = found.file().toString();
        if (entry != null && registry.isUnchanged(entry, source, found.digest())) {
            unchanged++;
            return null;
        }
        String why = known.why(found);
        if (why != null) {
            refuse(found, why, isFinal);
            return null;
        }
        boolean isNew = entry == null || !source.equals(entry.state().source());
        String full = share.whyFull(found.file());
        String keptOut = full != null && isNew ? full : registry.whyNotInService(found.name(), source, found.digest());
        Claim.Sighting claim = keptOut == null ? sighting(found, entry) : null;
        if (claim != null && full != null && entry != null
                && FoundManifest.weight(claim.manifest()) > FoundManifest.weight(entry.manifest())) {
            keptOut = full;
            claim = null;
        }
        if (claim == null) {
            problems.add(ScanProblem.keptOut(found.file(), found.name(),
                    keptOut == null ? "changed while it was scanned; the next scan reads it again" : keptOut));
        }
        return claim;
    }

    /** Tells of a refusal, or at first keeps it: the end of the scan may free what it lacks. */
    private void refuse(FoundManifest found, String why, boolean isFinal) {
        if (isFinal) {
            problems.add(ScanProblem.keptOut(found.file(), found.name(), why));
        } else {
            refused.put(found.withoutContent(), why);
        }
    }

    private void submit(List<FoundManifest> chunk, List<Claim.Sighting> claims, boolean isFinal) {
        if (claims.isEmpty()) {
            return;
        }
        Sightings outcome = registry.sight(List.copyOf(claims));
        accepted.putAll(outcome.accepted());
        claims.forEach(claim -> claim.manifest().typos().stream().limit(TYPOS)
                .forEach(typo -> warnings.accept(claim.source() + ": " + typo)));
        for (FoundManifest found : chunk) {
            scanner.release(found);
            String why = outcome.refused().get(found.name());
            if (why != null) {
                refuse(found, why, isFinal);
                if (outcome.lasting().contains(found.name())) {
                    known.add(found, why);
                }
            }
        }
        chunk.clear();
        claims.clear();
    }

    /** What was kept out, and why. */
    ScanProblems problems() {
        return problems;
    }

    /** How many manifests were new to the registry, or are from another file now. */
    int registered() {
        return Collections.frequency(accepted.values(), Sightings.Kind.REGISTERED);
    }

    /** How many known manifests changed. */
    int changed() {
        return accepted.size() - registered();
    }

    int unchanged() {
        return unchanged;
    }

    /** How many manifests were parsed for a claim, beside those that the scanner had parsed. */
    int parsed() {
        return parsed;
    }

    /** What the new ones replaced. */
    List<Mapping> replaced() {
        Catalog now = registry.catalog();
        List<Mapping> replaced = new ArrayList<>();
        accepted.forEach((name, how) -> {
            Entry entry = how == Sightings.Kind.REGISTERED ? now.find(name) : null;
            Mapping replaces = entry == null ? null : now.replaces(entry);
            if (replaces != null && replaced.size() < ScanOutcome.MOST) {
                replaced.add(Mapping.builder().put("name", name).putAll(replaces).build());
            }
        });
        return replaced;
    }

    /** Claims for expired entries what their files say now; entries without a valid file become stale. */
    void replace(List<Entry> expired) {
        Map<String, Entry> left = new HashMap<>();
        List<Claim.Sighting> onDisk = new ArrayList<>();
        for (Entry entry : expired) {
            left.put(entry.name(), entry);
            Path source = ScanCycle.source(entry, before.replacedSource(entry.name()), host);
            Claim.Sighting claim = source == null ? null : read(source, entry.name());
            if (claim != null) {
                onDisk.add(claim);
            }
            if (onDisk.size() >= CHUNK || (claim != null && FoundManifest.weight(claim.manifest()) >= CHUNK_BYTES)) {
                left.keySet().removeAll(registry.sight(List.copyOf(onDisk)).accepted().keySet());
                onDisk.clear();
            }
        }
        left.keySet().removeAll(registry.sight(onDisk).accepted().keySet());
        inChunks(List.copyOf(left.values()), registry::markStale);
    }

    private Claim.@Nullable Sighting sighting(FoundManifest found, @Nullable Entry entry) {
        Manifest manifest = found.manifest();
        if (manifest == null && entry != null && entry.state().sync() == Sync.SCAN
                && found.digest().equals(entry.state().sourceDigest())) {
            manifest = entry.manifest(); // back again, or moved, with the same content
        }
        return manifest == null
                ? read(found.file(), found.name())
                : new Claim.Sighting(manifest, found.file(), found.digest());
    }

    /** The claim of a file on this name now; null when it makes none any more. */
    private Claim.@Nullable Sighting read(Path file, String name) {
        parsed++;
        FoundManifest found = scanner.read(file, host.discovery().scanPaths());
        return found == null || found.manifest() == null || !found.name().equals(name)
                ? null
                : new Claim.Sighting(found.manifest(), found.file(), found.digest());
    }

    /** Passes on a list in parts: an announce waits for one part at most, and the parts are long enough to share a force. */
    static <T> void inChunks(List<T> all, Consumer<List<T>> take) {
        for (int i = 0; i < all.size(); i += CHUNK) {
            take.accept(all.subList(i, Math.min(i + CHUNK, all.size())));
        }
    }

    @Override
    public void close() {
        queue.close();
    }
}
