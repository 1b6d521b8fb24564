package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.TestClock;
import dev.asmp.manifest.Claim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times to live while the wall clock is set. */
class ClockJumpTest {
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Duration DAY = Duration.ofDays(1);

    private final Path home = Jimfs.newFileSystem(Configuration.unix()).getPath("/home/asmp");
    private final TestClock clock = TestClock.somewhen();
    private Registry registry;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(home);
        registry = Registries.open(home, clock, () -> Manifests.BOX, _ -> {}, _ -> {});
        registry.announce(new Claim.Announcement(Manifests.of("mail", "1"), TTL));
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private void restart(boolean cleanly) throws IOException {
        registry.close();
        if (!cleanly) {
            Files.delete(home.resolve("snapshot.bin"));
        }
        registry = Registries.open(home, clock, () -> Manifests.BOX, _ -> {}, _ -> {});
    }

    private Duration left() {
        Duration left = registry.untilExpiry();
        assertNotNull(left);
        return left;
    }

    @Test
    void aJumpInEitherDirectionEndsNothingAndProlongsNothing() {
        for (Duration jump : List.of(DAY, DAY.multipliedBy(-2), DAY.multipliedBy(365))) {
            clock.jump(jump);
            assertEquals(List.of(), registry.expired());
            assertEquals(TTL, left());
        }
        clock.advance(TTL.minusSeconds(1));
        assertEquals(List.of(), registry.expired());
        clock.advance(Duration.ofSeconds(1));
        assertEquals(1, registry.expired().size());
    }

    @Test
    void aRenewalAfterAJumpRunsItsFullTime() {
        clock.jump(DAY.negated());
        clock.advance(Duration.ofMinutes(4));
        registry.announce(new Claim.Announcement(Manifests.of("mail", "1"), TTL));
        assertEquals(TTL, left());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void afterARestartItGoesOnByTheWallClock(boolean cleanly) throws IOException {
        clock.advance(Duration.ofMinutes(4));
        restart(cleanly);
        assertEquals(Duration.ofMinutes(6), left());
        clock.advance(Duration.ofMinutes(7));
        restart(cleanly);
        assertEquals(1, registry.expired().size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void afterARestartWithTheClockSetBackItNeverRunsLongerThanItsTime(boolean cleanly) throws IOException {
        clock.advance(Duration.ofMinutes(4));
        registry.close();
        clock.jump(DAY.negated());
        restart(cleanly);
        assertEquals(TTL, left());
    }
}
