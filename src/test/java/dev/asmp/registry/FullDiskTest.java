package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.TestClock;
import dev.asmp.manifest.Claim;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the disk is full, nothing that was there is lost, and memory says what the disk says. */
class FullDiskTest {
    private final FileSystem files = Jimfs.newFileSystem(
            Configuration.unix().toBuilder().setBlockSize(512).setMaxSize(40 * 512).build());
    private final Path home = files.getPath("/home/asmp");

    private Registry open() throws IOException {
        Files.createDirectories(home);
        return Registries.open(home, TestClock.somewhen(), () -> Manifests.BOX, _ -> {},
                _ -> {});
    }

    private static Entry announce(Registry registry, String name, String version) {
        return (Entry) registry.announce(new Claim.Announcement(Manifests.of(name, version), null));
    }

    @Test
    void anAnnounceThatDoesNotFitIsRefusedAndChangesNothing() throws IOException {
        try (Registry registry = open()) {
            announce(registry, "mail", "1");
            int fitted = fill(registry);
            RefusedException refused = assertThrows(RefusedException.class,
                    () -> announce(registry, "mail", "2".repeat(1_000)));
            assertEquals(RefusedException.Reason.UNAVAILABLE, refused.reason());
            assertNotNull(registry.writeFailure());
            assertEquals(1, generation(registry, "mail"));
            assertNull(registry.catalog().find("filler-" + fitted));
            assertEquals(List.of(), hiddenFiles(), "no half-written file is left behind");
        }
        try (Registry again = open()) {
            assertEquals(1, generation(again, "mail"));
        }
    }

    private static int fill(Registry registry) {
        for (int i = 0;; i++) {
            try {
                announce(registry, "filler-" + i, "1");
            } catch (RefusedException e) {
                assertTrue(i > 0, "nothing fitted at all");
                return i;
            }
        }
    }

    private static long generation(Registry registry, String name) {
        Entry entry = registry.catalog().find(name);
        assertNotNull(entry, name);
        return entry.state().generation();
    }

    private List<String> hiddenFiles() throws IOException {
        try (var list = Files.list(home.resolve("services"))) {
            return list.map(file -> file.getFileName().toString()).filter(name -> name.startsWith(".")).toList();
        }
    }

    @Test
    void aNoteThatDoesNotFitIsRefusedAndTheFileStaysWhole() throws IOException {
        Files.createDirectories(home);
        Discoveries discoveries = Registries.notes(home.resolve(Discoveries.FILE), TestClock.somewhen());
        int written = 0;
        RefusedException refused = null;
        while (refused == null) {
            try {
                discoveries.add(dev.asmp.document.Yaml.read("{name: fax, note: " + "x".repeat(2_000) + "}"));
                written++;
            } catch (RefusedException e) {
                refused = e;
            }
        }
        assertEquals(RefusedException.Reason.UNAVAILABLE, refused.reason());
        assertEquals(written,
                Registries.all(Registries.notes(home.resolve(Discoveries.FILE), TestClock.somewhen())).size());
    }
}
