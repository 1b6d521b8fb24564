package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.Registries;
import dev.asmp.store.AppendLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is remembered of names beyond their files. */
class NameHistoryTest {
    private final Path file = Jimfs.newFileSystem(Configuration.unix()).getPath("/generations");

    private NameHistory open() throws IOException {
        return new NameHistory(new AppendLog(file), Registries.PLENTY);
    }

    private void remember(String name, NameHistory.Last last) throws IOException {
        open().remember(Map.of(name, last), false);
    }

    @Test
    void theLastThatWasRememberedOfANameCounts() throws IOException {
        remember("mail", new NameHistory.Last(1, "a"));
        remember("mail", new NameHistory.Last(2, "b"));
        assertEquals(new NameHistory.Last(2, "b"), open().of("mail"));
        assertEquals(2, open().generationOf("mail"));
    }

    @Test
    void ofANewNameNothingIsRemembered() throws IOException {
        assertNull(open().of("mail"));
        assertEquals(0, open().generationOf("mail"));
    }

    @Test
    void whatIsKnownAlreadyIsNotWrittenAgain() throws IOException {
        remember("mail", new NameHistory.Last(1, "a"));
        long size = Files.size(file);
        remember("mail", new NameHistory.Last(1, "a"));
        assertEquals(size, Files.size(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "7 a", "x a mail", "-7 a mail", "7777777777777777 a mail", " a mail"})
    void aLineThatIsNotWholeIsPassedOver(String line) throws IOException {
        Files.writeString(file, "3 a post\n" + line + "\n");
        assertNull(open().of("mail"));
        assertEquals(3, open().generationOf("post"));
    }

    @Test
    void aLineThatACrashCutOffDoesNotSpoilTheNext() throws IOException {
        Files.writeString(file, "3 a post\n4 b ma");
        remember("mail", new NameHistory.Last(9, "c"));
        assertEquals(9, open().generationOf("mail"));
        assertEquals(3, open().generationOf("post"));
    }

    @Test
    void aRemovalIsOfOneContentAndEndsWhenTheNameComesBack() throws IOException {
        NameHistory.Last removal = NameHistory.Last.removed(5, "digest");
        remember("mail", removal);
        assertEquals(Set.of("mail"), open().removals().keySet());
        assertTrue(removal.removed("digest"));
        assertFalse(removal.removed("another"));
        assertEquals(5, open().generationOf("mail"), "the name's next generation follows");
        remember("mail", new NameHistory.Last(6, "a"));
        assertEquals(Map.of(), open().removals());
    }

    @Test
    void compactingLeavesOneLineForEachName() throws IOException {
        for (int i = 1; i <= 5; i++) {
            remember("mail", new NameHistory.Last(i, "a"));
        }
        remember("post", NameHistory.Last.removed(2, null));
        open().compact();
        assertEquals(Set.of("5 a mail", "2 removed: post"), Set.copyOf(Files.readAllLines(file)));
        assertEquals(List.of(5L, 2L), List.of(open().generationOf("mail"), open().generationOf("post")));
    }

    @Test
    void aFileOfManyStaleLinesCompactsItself() throws IOException {
        NameHistory history = open();
        for (int i = 1; i <= 10_010; i++) {
            history.remember(Map.of("mail", new NameHistory.Last(i, "a")), false);
        }
        assertTrue(Files.readAllLines(file).size() < 100, "most lines are out of date");
        assertEquals(10_010, open().generationOf("mail"));
    }
}
