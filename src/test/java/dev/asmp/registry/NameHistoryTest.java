package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.Registries;
import dev.asmp.document.HeapCost;
import dev.asmp.faults.Disk;
import dev.asmp.faults.DiskGround;
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
    void hundredsOfThousandsOfRemovedNamesFitTheBudgetAndAStart() throws IOException {
        long budget = 3L * 1024 * 1024;
        NameHistory history = new NameHistory(new AppendLog(file), budget);
        for (int i = 0; i < 300; i++) {
            Map<String, NameHistory.Last> thousand = new HashMap<>();
            for (int j = 0; j < 1_000; j++) {
                thousand.put("name-" + i + "-" + j, NameHistory.Last.removed(2, null));
            }
            history.remember(thousand, false);
            history.takeForgotten();
        }
        int kept = history.removals().size();
        assertTrue(kept > 8_000 && kept < 20_000, "kept: " + kept);
        assertTrue(Files.size(file) < 3 * 1024 * 1024, "bytes in the file: " + Files.size(file));
        assertEquals(2, new NameHistory(new AppendLog(file), budget).generationOf("name-0-0"));
    }

    @Test
    void aGenerationHasAtMostFifteenDigitsAndNothingElse() throws IOException {
        Files.writeString(file, "777777777777777 a mail\n1/1 a post\n1:1 a fax\n0 a zero\n9 b nine\n");
        NameHistory history = open();
        assertEquals(777_777_777_777_777L, history.generationOf("mail"));
        assertEquals(9, history.generationOf("nine"));
        assertNull(history.of("post"));
        assertNull(history.of("fax"));
        assertEquals(new NameHistory.Last(0, "a"), history.of("zero"));
    }

    @Test
    void theBudgetHoldsExactlySoManyNamesAndOneThatComesAndGoesTakesNoMore() throws IOException {
        long each = 160 + HeapCost.of("n0") + HeapCost.of("removed:");
        NameHistory history = new NameHistory(new AppendLog(file), 3 * each);
        for (int i = 1; i < 100; i += 2) {
            remove(history, "n0", i, null);
            history.remember(Map.of("n0", new NameHistory.Last(i + 1, "a")), false);
        }
        remove(history, "n0", 100, null);
        remove(history, "n0", 101, null);
        remove(history, "n1", 7, null);
        remove(history, "n2", 7, null);
        assertEquals(Set.of("n0", "n1", "n2"), history.removals().keySet());
        assertEquals(Set.of(), history.takeForgotten());
        history.remember(Map.of("n4", new NameHistory.Last(1, "a")), false);
        history.absent(List.of("n4", "never-seen"));
        assertEquals(Set.of("n0"), history.takeForgotten());
        assertEquals(101, history.generationOf("n0"));
        assertEquals(1, history.generationOf("n4"));
        assertEquals(Set.of("n1", "n2"), history.removals().keySet(), "n4 was deleted by hand and may come back");
    }

    @Test
    void aTombstoneThatWasForgottenComesBackAsAnOrdinaryName() throws IOException {
        long each = 160 + HeapCost.of("s0") + HeapCost.of("removed:d");
        NameHistory history = new NameHistory(new AppendLog(file), 2 * each);
        for (int i = 1; i < 40; i += 2) {
            remove(history, "s0", i, "d");
            history.remember(Map.of("s0", new NameHistory.Last(i + 1, "a")), false);
        }
        remove(history, "s1", 1, "d");
        remove(history, "s2", 1, "d");
        assertEquals(Set.of("s1", "s2"), history.removals().keySet());
        assertEquals(new NameHistory.Last(40, "a"), history.of("s0"));
    }

    @Test
    void ofTooManyNamesWithAnEntryTheOldestIsForgotten() throws IOException {
        try (Writer out = Files.newBufferedWriter(file)) {
            for (int i = 0; i <= 200_000; i++) {
                out.write((i == 0 ? "9" : "4") + " c name-" + i + "\n");
            }
        }
        NameHistory history = open();
        assertNull(history.of("name-0"));
        assertEquals(9, history.generationOf("name-0"));
        assertEquals(new NameHistory.Last(4, "c"), history.of("name-1"));
    }

    @Test
    void theFileIsRewrittenOnlyWhenMostOfItIsOutOfDate() throws IOException {
        NameHistory history = open();
        for (int i = 1; i <= 10_000; i++) {
            history.remember(Map.of("mail", new NameHistory.Last(i, "a")), false);
        }
        assertEquals(10_000, Files.readAllLines(file).size());
        history.remember(Map.of("mail", new NameHistory.Last(10_001, "a")), false);
        assertEquals(List.of("10001 a mail"), Files.readAllLines(file));
        for (int i = 2; i <= 10_002; i++) {
            history.remember(Map.of("mail", new NameHistory.Last(10_000 + i, "a")), false);
        }
        assertEquals(10_002, Files.readAllLines(file).size(), "two lines for its one name, and some");
    }

    @Test
    void aRewritingThatFailsIsTriedAgainMuchLater() throws IOException {
        DiskGround ground = new DiskGround();
        NameHistory history = new NameHistory(new AppendLog(ground.path("generations")), Registries.PLENTY);
        ground.fail("generations", Disk.Call.MOVE);
        for (int i = 1; i <= 10_001; i++) {
            history.remember(Map.of("mail", new NameHistory.Last(i, "a")), false);
        }
        List<String> moved = ground.recorded(Disk.Call.MOVE);
        for (int i = 10_002; i <= 20_001; i++) {
            history.remember(Map.of("mail", new NameHistory.Last(i, "a")), false);
        }
        assertEquals(List.of(), moved);
        history.remember(Map.of("mail", new NameHistory.Last(20_002, "a")), false);
        assertEquals(List.of("generations"), moved);
        assertEquals(20_002, history.generationOf("mail"));
    }

    @Test
    void nothingNewIsForcedOnlyWhereThatIsAskedFor() throws IOException {
        DiskGround ground = new DiskGround();
        NameHistory history = new NameHistory(new AppendLog(ground.path("generations")), Registries.PLENTY);
        history.remember(Map.of("mail", new NameHistory.Last(1, "a")), false);
        List<String> forced = ground.recorded(Disk.Call.FORCE);
        history.remember(Map.of("mail", new NameHistory.Last(1, "a")), false);
        assertEquals(List.of(), forced);
        history.remember(Map.of("mail", new NameHistory.Last(1, "a")), true);
        assertEquals(List.of("generations"), forced);
    }

    @Test
    void whatServesUnderALaterGenerationKeepsItsOwn() {
        NameHistory.Last last = new NameHistory.Last(9, "serves:4:print");
        assertEquals(4, last.generationOf("print"));
        assertEquals(10, last.generationOf("other"));
        assertEquals(10, last.generationOf("int"));
        assertEquals(9, new NameHistory.Last(9, "print").generationOf("print"));
        for (String odd : List.of("serves::print", "serves:x:print", "serves:print", "4:print")) {
            assertEquals(10, new NameHistory.Last(9, odd).generationOf("print"), odd);
        }
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
