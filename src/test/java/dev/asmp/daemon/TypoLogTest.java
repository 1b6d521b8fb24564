package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon's log names misspelt keys. */
class TypoLogTest {
    @TempDir
    private Path folder;

    @Test
    void misspeltKeysOfTheProfileAndOfManifestsAreLogged() throws Exception {
        try (RunningDaemon daemon = new RunningDaemon(folder, TestClock.somewhen(), "polcy: {}\n")) {
            Path profile = daemon.home().resolve("host.yaml");
            assertTrue(daemon.log().contains(profile + ": polcy: is not a known key; did you mean 'policy'?"),
                    daemon.log());
            Path manifest = daemon.write("mail", Manifests.yaml("mail", "1", "email.send") + "helth: {}\n");
            daemon.post("/discover/scan");
            daemon.post("/discover/scan");
            String line = manifest + ": helth: is not a known key; did you mean 'health'?";
            assertEquals(1, daemon.log().lines().filter(said -> said.endsWith(line)).count(), daemon.log());
            Files.writeString(profile, Files.readString(profile) + "policy: {requires_aproval: true}\n");
            String reloaded = daemon.post("/reload").text();
            assertTrue(
                    reloaded.contains("policy.requires_aproval: is not a known key; did you mean 'requires_approval'?"),
                    reloaded);
        }
    }
}
