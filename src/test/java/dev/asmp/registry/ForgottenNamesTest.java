package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.TestClock;
import dev.asmp.manifest.Claim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A registry that remembers fewer removed names than there were. */
class ForgottenNamesTest {
    private final Path home = Jimfs.newFileSystem(Configuration.unix()).getPath("/home/asmp");
    private Registry registry;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(home);
        registry = Registries.open(home, TestClock.somewhen(), () -> Manifests.BOX,
                new RegistryBudgets(Registries.PLENTY, 20_000, Registries.queue()), _ -> {}, _ -> {});
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private long announce(String name) {
        Entry entry = (Entry) registry.announce(new Claim.Announcement(Manifests.of(name, "1"), null));
        return entry.state().generation();
    }

    private Sightings sight() {
        return registry.sight(List.of(new Claim.Sighting(Manifests.of("mail", "1"),
                home.resolve("src").resolve("mail").resolve("asmp.yaml"), "digest")));
    }

    @Test
    void noGenerationGoesBackAndAScannedServiceStaysAway() throws IOException {
        sight();
        registry.remove("mail", Precondition.NONE, true);
        for (int i = 0; i < 9; i++) {
            announce("often");
        }
        registry.remove("often", Precondition.NONE, true);
        for (int i = 0; i < 300; i++) {
            announce("name-" + i);
            registry.remove("name-" + i, Precondition.NONE, true);
        }
        assertNull(registry.catalog().whyRemoved("often"), "it is forgotten");
        assertNotNull(registry.catalog().whyRemoved("name-299"));
        assertEquals(1, sight().refused().size(), "its source has not changed");
        registry.close();
        open();
        assertNull(registry.catalog().whyRemoved("often"));
        assertEquals(1, sight().refused().size(), "nor after a restart");
        assertTrue(announce("often") > 9);
        Files.writeString(registry.pathOf("by-hand"), Manifests.yaml("by-hand", "1"));
        registry.reload();
        Entry entry = registry.catalog().find("by-hand");
        assertNotNull(entry);
        assertTrue(entry.state().generation() > 9, "the name may be one of the forgotten");
        Files.writeString(registry.pathOf("restored"), Manifests.yaml("restored", "1") + "generation: 5\n");
        registry.reload();
        Entry restored = registry.catalog().find("restored");
        assertNotNull(restored);
        assertTrue(restored.state().generation() > 9, "so may be the name of a file from a backup");
    }

    @Test
    void namesInServiceAreNotForgottenAndThoseDeletedMeanwhileAre() throws IOException {
        for (int i = 0; i < 120; i++) {
            announce("name-" + i);
            announce("name-" + i);
        }
        registry.close();
        Files.delete(home.resolve("snapshot.bin"));
        open();
        for (Entry entry : registry.catalog().entries()) {
            assertEquals(2, entry.state().generation());
        }
        registry.close();
        for (int i = 0; i < 120; i++) {
            Files.delete(registry.pathOf("name-" + i));
        }
        open();
        registry.close();
        assertTrue(Files.readAllLines(home.resolve("generations")).size() < 100);
    }

    @Test
    void filesThatAreDeletedByHandCountAsRemovedNames() throws IOException {
        for (int i = 0; i < 300; i++) {
            announce("name-" + i);
            announce("name-" + i);
            Files.delete(registry.pathOf("name-" + i));
        }
        registry.reload();
        assertEquals(0, registry.catalog().size());
        registry.close();
        assertTrue(Files.readAllLines(home.resolve("generations")).size() < 100);
        open();
        assertEquals(3, announce("name-0"));
        assertTrue(Files.readAllLines(home.resolve("generations")).size() < 100);
    }
}
