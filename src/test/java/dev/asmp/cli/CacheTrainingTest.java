package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The build names classes in text, which a compiler does not follow. */
class CacheTrainingTest {
    @Test
    void theBuildRecordsItsCacheWithThisClass() throws IOException {
        String build = Files.readString(Path.of("src/build/Train.java"));
        assertTrue(build.contains('"' + CacheTraining.class.getName() + '"'),
                "else quick commands start without a cache");
        assertTrue(build.contains('"' + Main.class.getName() + '"'), "else the daemon does");
    }
}
