package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.TestClock;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Registry;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One repository with too much in it, among others. */
class RepositoryShareTest {
    private static final long SHARE = 300_000;

    @TempDir
    private Path temporary;
    private final TestClock clock = new TestClock(Instant.parse("2100-01-01T00:00:00Z"));
    private Path source;
    private Registry registry;
    private ScanCycle scans;

    @BeforeEach
    void open() throws IOException {
        source = Files.createDirectory(temporary.toRealPath().resolve("src"));
        HostProfile profile = HostProfile.of(
                Yaml.read("{host_id: box, device_class: vm, discovery: {scan_paths: ['" + source + "']}}"),
                new Environment(Map.of("HOME", "/nowhere"), FileSystems.getDefault()));
        registry = Registries.open(Files.createDirectory(temporary.resolve("state")), clock, () -> profile, _ -> {},
                _ -> {});
        scans = new ScanCycle(registry, () -> profile, clock,
                new Log(new PrintStream(PrintStream.nullOutputStream()), clock, null), SHARE);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private void write(String folder, String name, int length) throws IOException {
        Files.writeString(Files.createDirectories(source.resolve(folder)).resolve("asmp.yaml"),
                Manifests.yaml(name, "x".repeat(length)));
    }

    private long registered(String prefix) {
        return registry.catalog().entries().stream().filter(entry -> entry.name().startsWith(prefix)).count();
    }

    @Test
    void aRepositoryThatTakesMoreThanItsShareLeavesTheRestToTheOthers() throws IOException {
        Files.createDirectories(source.resolve("group/large/.git"));
        for (int i = 0; i < 200; i++) {
            write("group/large/" + (i % 2 == 0 ? "a/" : "b/") + i, "large-" + i, 5_000);
        }
        Files.createDirectories(source.resolve("group/other/.git"));
        write("group/other", "other", 5_000);
        write("small", "small", 5_000);
        ScanOutcome outcome = scans.scan();
        assertTrue(registered("large") < 200 && registered("large") > 5, "registered: " + registered("large"));
        assertEquals(200 - registered("large"), outcome.skipped());
        assertNotNull(registry.catalog().find("other"));
        assertNotNull(registry.catalog().find("small"));
        String problem = outcome.problems().getFirst().error();
        assertTrue(problem.startsWith("the manifests of " + source.resolve("group/large") + " take "), problem);
        assertEquals(0, scans.scan().effort().parsed(), "what does not fit is not read again");
    }

    @Test
    void whatIsRegisteredMayChangeUnlessItGrows() throws IOException {
        for (int i = 0; i < 200; i++) {
            write("large/" + i, "large-%03d".formatted(i), 5_000);
        }
        scans.scan();
        write("large/0", "large-000", 4_000);
        write("large/1", "large-001", 6_000);
        clock.advance(Duration.ofMinutes(1));
        scans.scan();
        assertEquals(4_000, version("large-000").length());
        assertEquals(5_000, version("large-001").length());
    }

    private String version(String name) {
        Entry entry = registry.catalog().find(name);
        assertNotNull(entry);
        return String.valueOf(entry.manifest().document().text("version"));
    }
}
