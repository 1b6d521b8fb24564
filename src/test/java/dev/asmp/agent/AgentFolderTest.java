package dev.asmp.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Until;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts that look after an agent's process. */
class AgentFolderTest {
    @TempDir
    private Path folder;

    /** As in a container whose first process reaps nothing: there each look, and each end, took an agent for alive. */
    @Test
    void aProcessThatHasEndedAndIsNotReapedIsNotAlive() throws Exception {
        Assumptions.assumeTrue(Files.isReadable(Path.of("/proc/self/stat")), "there is no /proc here");
        AgentFolder place = new AgentFolder(new LocalHost(Map.of("PATH", "/usr/bin:/bin")), folder.toString());
        Process parent = new ProcessBuilder("sh", "-c",
                "sleep 100 & echo $! $(cut -d ' ' -f 22 /proc/$!/stat) > pid; exec sleep 100")
                .directory(folder.toFile()).start();
        try {
            Until.holds(() -> Files.exists(folder.resolve("pid")) && Files.size(folder.resolve("pid")) > 2,
                    () -> "begun");
            assertTrue(place.state().alive());
            ProcessHandle.of(Long.parseLong(Files.readString(folder.resolve("pid")).split(" ", -1)[0])).orElseThrow()
                    .destroyForcibly();
            Until.holds(() -> !place.state().alive(), () -> "not reaped");
        } finally {
            parent.destroyForcibly();
        }
    }
}
