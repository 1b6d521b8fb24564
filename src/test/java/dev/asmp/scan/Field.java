package dev.asmp.scan;

import dev.asmp.Ground;
import dev.asmp.manifest.HostProfile.Discovery;
import dev.asmp.manifest.ScanPath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A tree with manifests and a scanner that walks it. */
final class Field implements AutoCloseable {
    final Ground ground;
    final Scanner scanner;

    Field(Ground.Kind kind, Path temporary) throws IOException {
        ground = new Ground(kind, temporary);
        scanner = new Scanner(ground);
    }

    static String manifest(String name) {
        return "asmp: \"0.1\"\nkind: service\nname: " + name + "\ncapabilities: {provides: [a.b]}\n";
    }

    /** Writes a valid manifest of this name. */
    Path good(String below, String name) throws IOException {
        return ground.file(below, manifest(name));
    }

    Discovery discovery(int depth, Set<String> ignore, String... below) {
        List<ScanPath> paths = Stream.of(below.length == 0 ? new String[]{""} : below)
                .map(path -> new ScanPath("~/" + path, ground.path(path), null)).toList();
        return new Discovery(paths, Duration.ofMinutes(5), Duration.ofMinutes(15), depth, ignore, true);
    }

    ScanReport scan(String... below) {
        return scanner.scan(discovery(Discovery.DEFAULT_MAX_DEPTH, Set.of(), below));
    }

    ScanReport scanTo(int depth, String... ignore) {
        return scanner.scan(discovery(depth, Set.of(ignore)));
    }

    static List<String> names(ScanReport report) {
        return report.found().stream().map(FoundManifest::name).toList();
    }

    /** The problems, with paths as seen from the ground. */
    List<String> problems(ScanReport report) {
        return report.problems().stream().map(problem -> (problem.path() + ": " + problem.error())
                .replace(ground.path("") + "/", "")).toList();
    }

    @Override
    public void close() throws IOException {
        ground.close();
    }
}
