package dev.asmp.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asmp.Ground;
import dev.asmp.Until;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderWatchLimitTest {
    private static final String SHARE = "half of this user's inotify watches are left to other programs";

    @TempDir
    private Path folder;

    @Test
    void halfOfTheSystemsWatchesAreLeftToOthers() throws IOException {
        Path setting = Files.writeString(folder.resolve("max_user_watches"), "8192\n");
        assertEquals(new FolderWatch.Limit(4_096, SHARE), FolderWatch.Limit.of(20_000, setting));
        assertEquals(new FolderWatch.Limit(100, "at most 100 are watched"), FolderWatch.Limit.of(100, setting));
        assertEquals(100, FolderWatch.Limit.of(100, folder.resolve("none")).folders());
        Files.writeString(setting, "many\n");
        assertEquals(100, FolderWatch.Limit.of(100, setting).folders());
    }

    @Test
    void theSettingOfThisSystemIsReadWhole() throws Exception {
        Path setting = Path.of("/proc/sys/fs/inotify/max_user_watches");
        assumeTrue(Files.exists(setting));
        Process cat = new ProcessBuilder("cat", setting.toString()).start();
        long half = Long.parseLong(new String(cat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip())
                / 2;
        assertEquals(half, FolderWatch.Limit.of(Integer.MAX_VALUE).folders());
    }

    @Test
    @SuppressWarnings("try") // what happens after the end is asked, too
    void anEventIsSignalledAndGatheredOnceAndNoneAfterTheEnd() throws IOException {
        AtomicInteger signals = new AtomicInteger();
        try (Field field = new Field(Ground.Kind.DISK, folder);
                FolderWatch watch = new FolderWatch(signals::incrementAndGet, new FolderWatch.Limit(5, SHARE))) {
            Path place = field.ground.folder("a");
            watch.visit(place, true);
            watch.visit(place, false);
            watch.visit(field.ground.path("gone"), false);
            assertEquals("1 null", watch.size() + " " + watch.refusal());
            field.good("a/asmp.yaml", "a");
            FolderChanges[] changes = {FolderChanges.NONE};
            Until.holds(() -> changes[0].folders().contains(place), () -> changes[0] = changes[0].and(watch.gather()),
                    () -> signals + " signals, " + changes[0]);
            assertTrue(signals.get() > 0);
            assertEquals(Set.of(), changes[0].trees());
            Files.writeString(place.resolve("asmp.yaml"), "changed in place");
            changes[0] = FolderChanges.NONE;
            Until.holds(() -> !changes[0].isEmpty(), () -> changes[0] = changes[0].and(watch.gather()),
                    () -> "writing was not watched");
            watch.close();
            assertEquals(FolderChanges.NONE, watch.gather());
            watch.visit(place, true);
            assertEquals(0, watch.size());
        }
    }

    @Test
    void noMoreFoldersThanTheLimitAreWatchedAndTheReasonIsKnown() throws IOException {
        try (Field field = new Field(Ground.Kind.DISK, folder);
                FolderWatch watch = new FolderWatch(() -> {}, new FolderWatch.Limit(5, SHARE))) {
            field.good("a/asmp.yaml", "a");
            for (int i = 0; i < 3; i++) {
                field.ground.folder("b" + i);
            }
            watch.align(Objects.requireNonNull(field.scan().folders()));
            assertEquals(5, watch.size());
            assertNull(watch.refusal());
            field.ground.folder("one-more");
            watch.align(Objects.requireNonNull(field.scan().folders()));
            assertEquals("5 " + SHARE, watch.size() + " " + watch.refusal());
        }
    }
}
