package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangedFieldsTest {
    @Test
    void aChangeSaysWhichFieldsItChanged(@TempDir Path folder) throws Exception {
        try (RunningDaemon daemon = new RunningDaemon(folder, TestClock.somewhen(), "")) {
            daemon.announce(Manifests.yaml("mail", "1", "email.send"));
            daemon.announce(Manifests.yaml("mail", "2", "email.send", "email.read") + "owner: ada\n");
            daemon.awaitUntil(() -> daemon.log().contains("changed mail"));
            String line = daemon.log().lines().filter(one -> one.contains("changed mail")).findFirst().orElse("");
            assertTrue(line.endsWith("generation 2): version, capabilities.provides, owner"), line);
            daemon.json("PATCH", "/services/mail", "{\"owner\":null}");
            daemon.awaitUntil(() -> daemon.log().contains("generation 3): owner"));
        }
    }
}
