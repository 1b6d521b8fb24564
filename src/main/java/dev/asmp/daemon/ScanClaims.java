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
import dev.asmp.scan.Scanner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The claims that a scan makes on the registry: one for each file that its entry does not reflect yet. */
record ScanClaims(Registry registry, Scanner scanner, Consumer<String> warnings) {

    /**
     * Counts of manifests: new to the registry, known with changed content, and known as they are; and what the new ones
     * replaced.
     */
    record Accepted(int registered, int changed, int unchanged, List<Mapping> replaces) {}

    /** Claims what the registry does not know yet. */
    Accepted submit(List<FoundManifest> winners, Catalog before, HostProfile host,
            List<ScanProblem> problems) {
        Map<String, Sightings.Kind> accepted = new HashMap<>();
        int unchanged = 0;
        Map<String, Claim.Sighting> news = new HashMap<>();
        for (FoundManifest found : winners) {
            Entry entry = before.find(found.name());
            String source = found.file().toString();
            if (entry != null && registry.isUnchanged(entry, source, found.digest())) {
                unchanged++;
                continue;
            }
            String keptOut = registry.whyNotInService(found.name(), source, found.digest());
            Claim.Sighting claim = keptOut == null ? claim(found, entry, host) : null;
            if (claim != null) {
                news.put(found.name(), claim);
            } else {
                problems.add(ScanProblem.keptOut(found.file(), found.name(),
                        keptOut == null ? "changed while it was scanned; the next scan reads it again" : keptOut));
            }
        }
        List<Claim.Sighting> inOrder = news.values().stream()
                .sorted(Comparator.comparing(claim -> claim.source().toString())).toList();
        ScanCycle.inChunks(inOrder, chunk -> {
            Sightings outcome = registry.sight(chunk);
            accepted.putAll(outcome.accepted());
            chunk.forEach(claim -> claim.manifest().typos()
                    .forEach(typo -> warnings.accept(claim.source() + ": " + typo)));
            outcome.refused().forEach((name, why) -> {
                Claim.Sighting refused = news.get(name);
                if (refused != null) {
                    problems.add(ScanProblem.keptOut(refused.source(), name, why));
                }
            });
        });
        int registered = Collections.frequency(accepted.values(), Sightings.Kind.REGISTERED);
        return new Accepted(registered, accepted.size() - registered, unchanged, replaced(accepted));
    }

    private List<Mapping> replaced(Map<String, Sightings.Kind> accepted) {
        Catalog now = registry.catalog();
        List<Mapping> replaced = new ArrayList<>();
        accepted.forEach((name, how) -> {
            Entry entry = how == Sightings.Kind.REGISTERED ? now.find(name) : null;
            Mapping replaces = entry == null ? null : now.replaces(entry);
            if (replaces != null) {
                replaced.add(Mapping.builder().put("name", name).putAll(replaces).build());
            }
        });
        return replaced;
    }

    /** Claims for expired entries what their files say now; entries without a valid file become stale. */
    void replace(List<Entry> expired, HostProfile host) {
        Map<String, Entry> left = new HashMap<>();
        List<Claim.Sighting> onDisk = new ArrayList<>();
        for (Entry entry : expired) {
            left.put(entry.name(), entry);
            Path source = ScanCycle.source(entry, registry.catalog().replacedSource(entry.name()), host);
            Claim.Sighting claim = source == null ? null : read(source, entry.name(), host);
            if (claim != null) {
                onDisk.add(claim);
            }
        }
        ScanCycle.inChunks(onDisk, chunk -> left.keySet().removeAll(registry.sight(chunk).accepted().keySet()));
        ScanCycle.inChunks(List.copyOf(left.values()), registry::markStale);
    }

    private Claim.@Nullable Sighting claim(FoundManifest found, @Nullable Entry entry, HostProfile host) {
        Manifest manifest = found.manifest();
        if (manifest == null && entry != null && entry.state().sync() == Sync.SCAN
                && found.digest().equals(entry.state().sourceDigest())) {
            manifest = entry.manifest(); // back again, or moved, with the same content
        }
        return manifest == null
                ? read(found.file(), found.name(), host)
                : new Claim.Sighting(manifest, found.file(), found.digest());
    }

    /** The claim of a file on this name now; null when it makes none any more. */
    private Claim.@Nullable Sighting read(Path file, String name, HostProfile host) {
        FoundManifest found = scanner.read(file, host.discovery().scanPaths());
        return found == null || found.manifest() == null || !found.name().equals(name)
                ? null
                : new Claim.Sighting(found.manifest(), found.file(), found.digest());
    }
}
