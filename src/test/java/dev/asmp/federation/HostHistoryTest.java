package dev.asmp.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The history of hosts: a line for a change, and one a day. */
class HostHistoryTest {
    private final TestClock clock = TestClock.somewhen();
    private final List<String> log = new ArrayList<>();
    @TempDir
    private Path folder;
    private HostHistory history;

    @BeforeEach
    void open() {
        history = new HostHistory(folder, log::add);
    }

    private void note(String host, int services, String status) {
        clock.advance(Duration.ofMinutes(1));
        history.note(List.of(new HostHistory.Line(clock.instant(), host, services, status, false, false)));
    }

    private String last(int limit, String host) throws IOException {
        return history.last(limit, name -> host.isEmpty() || name.equals(host)).stream()
                .map(line -> line.text("host") + ":" + line.text("services") + ":" + line.text("status"))
                .collect(Collectors.joining(" "));
    }

    @Test
    void aLineIsWrittenForAChangeAndOnceADay() throws IOException {
        note("a", 1, "ok");
        note("a", 1, "ok");
        note("a", 2, "ok");
        note("b", 7, "ok");
        note("a", 2, "silent");
        assertEquals("a:1:ok a:2:ok b:7:ok a:2:silent", last(200, ""));
        assertEquals("a:2:ok a:2:silent", last(2, "a"));
        clock.advance(Duration.ofDays(1));
        note("a", 2, "silent");
        assertEquals("a:2:silent a:2:silent", last(2, "a"));
    }

    @Test
    void brokenLinesAreSkipped() throws IOException {
        note("a", 1, "ok");
        Files.writeString(folder.resolve(HostHistory.FILE), "{\"host\"\n[]\n\n7\n", StandardOpenOption.APPEND);
        note("a", 2, "ok");
        assertEquals("a:1:ok a:2:ok", last(200, ""));
    }

    @Test
    void theFileBeginsAgainAtAMegabyteAndTheOneBeforeIsReadToo() throws IOException {
        note("a", 1, "ok");
        Files.writeString(folder.resolve(HostHistory.FILE), "x".repeat(1 << 20) + "\n", StandardOpenOption.APPEND);
        note("a", 2, "ok");
        assertTrue(Files.size(folder.resolve(HostHistory.FILE)) < 1_000);
        assertEquals("a:1:ok a:2:ok", last(200, ""));
        assertEquals(List.of(), log);
    }
}
