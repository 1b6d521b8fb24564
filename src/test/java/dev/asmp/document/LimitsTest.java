package dev.asmp.document;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A document may be neither deeper nor larger than the limits, and finding out takes no time. */
class LimitsTest {
    private static final Duration QUICK = Duration.ofSeconds(1);

    interface Syntax {
        Document document(String text);
    }

    static Stream<Named<Syntax>> syntaxes() {
        return Stream.of(Named.of("YAML", Yaml::read),
                Named.of("JSON", text -> Json.read(text.getBytes(StandardCharsets.UTF_8))));
    }

    @ParameterizedTest
    @MethodSource("syntaxes")
    void aHundredLevelsPassAndOneMoreDoesNot(Syntax read) {
        assertDoesNotThrow(() -> read.document(lists(100)));
        assertDoesNotThrow(() -> read.document(mappings(100)));
        assertTooDeep(() -> read.document(lists(101)));
        assertTooDeep(() -> read.document(mappings(101)));
    }

    @ParameterizedTest
    @MethodSource("syntaxes")
    void tenThousandLevelsAreRefusedInNoTime(Syntax read) {
        assertTimeoutPreemptively(QUICK, () -> {
            assertTooDeep(() -> read.document(lists(10_000)));
            assertTooDeep(() -> read.document("[".repeat(100_000)));
            assertTooDeep(() -> read.document(mappings(10_000)));
        });
    }

    @Test
    void aHundredLevelsOfIndentationPassAndOneMoreDoesNot() {
        assertDoesNotThrow(() -> Yaml.read(indented(100)));
        assertTooDeep(() -> Yaml.read(indented(101)));
        assertTooDeep(() -> Yaml.read("- ".repeat(10_000) + "a"));
    }

    @Test
    void theProblemSaysWhereItGetsTooDeep() {
        var e = assertThrows(MalformedDocumentException.class, () -> Yaml.read("a: 1\nb: " + lists(100)));
        assertEquals(2, e.line());
        assertEquals("b: ".length() + 100, e.column());
    }

    @ParameterizedTest
    @MethodSource("syntaxes")
    void aHundredThousandValuesPassAndOneMoreDoesNot(Syntax read) {
        assertDoesNotThrow(() -> read.document(list(Limits.NODES - 1)));
        var e = assertThrows(MalformedDocumentException.class, () -> read.document(list(Limits.NODES)));
        assertTrue(e.problem().startsWith("more than 100000 values"), e::getMessage);
    }

    @Test
    void anAliasCountsForAllThatItRepeats() {
        String thousand = "a: &a [" + "1,".repeat(999) + "]\nb: [";
        assertDoesNotThrow(() -> Yaml.read(thousand + "*a,".repeat(98) + "]"));
        var e = assertThrows(MalformedDocumentException.class, () -> Yaml.read(thousand + "*a,".repeat(100) + "]"));
        assertTrue(e.problem().contains("aliases count each time"), e::getMessage);
        assertEquals(2, e.line());
    }

    @Test
    void anAliasCountsForAllTheLevelsThatItHolds() {
        assertDoesNotThrow(() -> Yaml.read("a: &a " + lists(60) + "\nb: " + "[".repeat(39) + "*a" + "]".repeat(39)));
        assertTooDeep(() -> Yaml.read("a: &a " + lists(60) + "\nb: " + "[".repeat(40) + "*a" + "]".repeat(40)));
    }

    @Test
    void thousandsOfAliasesOfOneValuePass() {
        Mapping mapping = (Mapping) Yaml.read("a: &a x\nb: [" + "*a,".repeat(20_000) + "]");
        assertEquals(20_000, mapping.list("b").size());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 10, 50})
    void anAliasBombIsRefusedInNoTime(int width) {
        StringBuilder bomb = new StringBuilder("l0: &l0 [x]\n");
        for (int level = 1; level < 60; level++) {
            String alias = "*l" + (level - 1) + ",";
            bomb.append("l" + level + ": &l" + level + " [" + alias.repeat(width) + "]\n");
        }
        assertTimeoutPreemptively(QUICK,
                () -> assertThrows(MalformedDocumentException.class, () -> Yaml.read(bomb.toString())));
    }

    @Test
    void anAliasBombOfLongTextsIsRefusedInNoTime() {
        String bomb = "a: &a " + "x".repeat(100_000) + "\nb: [" + "*a,".repeat(50_000) + "]";
        var e = assertTimeoutPreemptively(QUICK,
                () -> assertThrows(MalformedDocumentException.class, () -> Yaml.read(bomb)));
        assertTrue(e.problem().contains("characters (aliases count"), e::getMessage);
    }

    @Test
    void anchorsInsideOneAnotherTakeNoTime() {
        StringBuilder nested = new StringBuilder("x");
        for (int i = 0; i < 95; i++) {
            nested.insert(0, "&a" + i + " [").append("]");
        }
        String wide = IntStream.range(0, 900).mapToObj(i -> "&b" + i + " [1]").collect(Collectors.joining(","));
        assertTimeoutPreemptively(QUICK, () -> Yaml.read("a: " + nested + "\nb: [" + wide + "]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{", "{a: ", "? ", "'", "\"", "&a ", "- ", "a: ", "|", "#", "%", "*a", "!", "\n ",
            "a:\n "})
    void aQuarterMegabyteOfAnythingIsAnsweredInTime(String piece) {
        String text = piece.repeat(Limits.MANIFEST_BYTES / piece.length());
        assertTimeoutPreemptively(Duration.ofSeconds(3), () -> {
            try {
                Yaml.read(text);
            } catch (MalformedDocumentException e) {
                assertTrue(e.getMessage() != null && e.getMessage().length() < 500, e::getMessage);
            }
        });
    }

    private static void assertTooDeep(Runnable read) {
        var e = assertThrows(MalformedDocumentException.class, read::run);
        assertTrue(e.problem().contains("deeper") || e.problem().contains("depth"), e::getMessage);
        assertTrue(e.line() > 0 && e.column() > 0, e::getMessage);
    }

    private static String lists(int levels) {
        return "[".repeat(levels) + "]".repeat(levels);
    }

    private static String mappings(int levels) {
        return "{\"a\":".repeat(levels) + "1" + "}".repeat(levels);
    }

    private static String indented(int levels) {
        return IntStream.range(0, levels).mapToObj(i -> " ".repeat(i) + "k:" + (i == levels - 1 ? " v" : ""))
                .collect(Collectors.joining("\n"));
    }

    private static String list(int items) {
        return IntStream.range(0, items).mapToObj(i -> "1").collect(Collectors.joining(",", "[", "]"));
    }
}
