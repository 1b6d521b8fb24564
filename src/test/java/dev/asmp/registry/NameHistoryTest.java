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
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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

    private static final long BUDGET = 64 * 1024;

    private NameHistory small() throws IOException {
        return new NameHistory(new AppendLog(file), BUDGET);
    }

    private static void remove(NameHistory history, String name, long generation, @Nullable String digest)
            throws IOException {
        history.remember(Map.of(name, NameHistory.Last.removed(generation, digest)), false);
    }

    @Test
    void aForgottenNameContinuesAboveAllForgottenOnes() throws IOException {
        NameHistory history = small();
        remove(history, "popular", 700, null);
        for (int i = 0; i < 1_000; i++) {
            remove(history, "n" + i, 1, null);
        }
        assertNull(history.of("popular"));
        assertEquals(700, history.generationOf("popular"));
        assertEquals(700, history.generationOf("never-seen"), "it may have been forgotten, too");
        assertTrue(history.takeForgotten().contains("popular"));
        assertEquals(Set.of(), history.takeForgotten());
        assertEquals(700, small().generationOf("popular"), "after a restart");
        history.compact();
        assertTrue(Files.size(file) < BUDGET);
        assertEquals(700, small().generationOf("popular"), "after it was rewritten");
    }

    @Test
    void whatKeepsAScannedServiceAwayIsForgottenLast() throws IOException {
        NameHistory history = small();
        remove(history, "scanned", 3, "digest");
        for (int i = 0; i < 5_000; i++) {
            remove(history, "n" + i, 1, null);
        }
        assertEquals(NameHistory.Last.removed(3, "digest"), history.removals().get("scanned"));
        for (int i = 0; i < 5_000; i++) {
            remove(history, "s" + i, 1, "d" + i);
        }
        assertNull(history.of("scanned"));
        assertEquals(NameHistory.Last.removed(1, "d4999"), history.removals().get("s4999"), "the last ones are kept");
        assertEquals(3, history.generationOf("scanned"));
    }

    @Test
    void namesOfEntriesAreNotForgottenForOthers() throws IOException {
        NameHistory history = small();
        history.remember(Map.of("mail", new NameHistory.Last(5, "content")), false);
        for (int i = 0; i < 5_000; i++) {
            remove(history, "n" + i, 1, null);
        }
        assertEquals(new NameHistory.Last(5, "content"), history.of("mail"));
        history.absent(List.of("mail"));
        for (int i = 0; i < 5_000; i++) {
            remove(history, "m" + i, 1, null);
        }
        assertNull(history.of("mail"));
        assertEquals(5, history.generationOf("mail"));
    }

    @Test
    void aMillionAndAHalfOfRemovedNamesFitTheBudgetAndAStart() throws IOException {
        long budget = 16L * 1024 * 1024;
        NameHistory history = new NameHistory(new AppendLog(file), budget);
        for (int i = 0; i < 1_500; i++) {
            Map<String, NameHistory.Last> thousand = new HashMap<>();
            for (int j = 0; j < 1_000; j++) {
                thousand.put("name-" + i + "-" + j, NameHistory.Last.removed(2, null));
            }
            history.remember(thousand, false);
            history.takeForgotten();
        }
        int kept = history.removals().size();
        assertTrue(kept > 40_000 && kept < 100_000, "kept: " + kept);
        assertTrue(Files.size(file) < 16 * 1024 * 1024, "bytes in the file: " + Files.size(file));
        assertEquals(2, new NameHistory(new AppendLog(file), budget).generationOf("name-0-0"));
    }

    @Test
    void aFileOfMoreNamesThanFitIsReadWithinTheBudget() throws IOException {
        try (Writer out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < 300_000; i++) {
                out.write("4 removed: name-" + i + "\n");
            }
        }
        NameHistory history = small();
        assertTrue(history.removals().size() < 400);
        assertEquals(Set.of(), history.takeForgotten(), "no list of them is kept");
        assertEquals(4, history.generationOf("name-0"));
        remove(history, "another", 1, null);
        assertTrue(Files.size(file) < BUDGET, "it was rewritten: " + Files.size(file));
    }
}
