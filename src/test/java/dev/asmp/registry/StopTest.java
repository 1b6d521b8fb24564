package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.manifest.Claim;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A stop while the writer still works. */
class StopTest {
    private final Path home = Jimfs.newFileSystem(Configuration.unix()).getPath("/home/asmp");
    private final CountDownLatch hangs = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final List<String> warnings = new ArrayList<>();
    private volatile boolean isSlow;

    /** Stands still on the writer's thread, as a disk may. */
    private Instant now() {
        if (isSlow && Thread.currentThread().getName().equals("registry-writer")) {
            hangs.countDown();
            try {
                go.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        return Instant.parse("2026-11-20T10:00:00Z");
    }

    @Test
    void theWritersFilesAreLeftAloneUntilItHasEnded() throws Exception {
        Files.createDirectories(home);
        Registry registry = new Registry(home.resolve("services"), home, new RegistryClock(this::now, () -> 0),
                () -> Manifests.BOX, Registries.budgets(), _ -> {}, warnings::add);
        registry.announce(new Claim.Announcement(Manifests.of("mail", "1"), null));
        isSlow = true;
        Thread late = Thread.ofVirtual()
                .start(() -> registry.announce(new Claim.Announcement(Manifests.of("mail", "2"), null)));
        hangs.await();
        registry.close();
        assertFalse(Files.exists(home.resolve("snapshot.bin")));
        assertTrue(warnings.getLast().contains("still being saved"), warnings.toString());
        go.countDown();
        late.join();
        assertEquals(2, Files.readAllLines(home.resolve("generations")).size(), "its line was not lost");
    }
}
