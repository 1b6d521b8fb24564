package dev.asmp.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read back as the same document, whatever it holds. */
class RoundTripTest {
    static final List<String> TEXTS = List.of("", " ", "a", " leading", "trailing ", "\ttab", "line\nline",
            "ends with a line\n", "ends with two\n\n", "\nbegins with one", "  indented\nnot indented\n", "a\n \nb",
            "trailing blank \nbefore a line's end", "\r", "a\r\nb", "next\u0085line", "separator\u2028here",
            "nul\u0000", "bell\u0007", "delete\u007f", "\ufeffbyte order mark", "\ue000private", "😀", "👩‍🚀 in space",
            "# no comment", "a # no comment", "a: b", "a:", ": a", "- a", "? a", "'", "''", "\"", "\\", "it's", "%a",
            "@a",
            "`a`", "&a", "*a", "!a", "!!str a", "| a", "> a", "[a", "a]", "{a", "a}", "a, b", "---", "...", "--- a",
            "a\n---\nb", "a\n...\nb\n", "<<", "=", "~", "null", "Null", "true", "True", "FALSE", "yes", "on", "1", "-1",
            "1.10", "1e3", "0o17", "0x1F", "2026-11-20", ".5", "+1", "\u001b[31m", "x".repeat(5_000),
            "two words ".repeat(500), "漢".repeat(2_000), " ".repeat(300), "\n".repeat(50),
            ("long line ".repeat(30) + "\n").repeat(5));

    static LongStream seeds() {
        return LongStream.range(0, 3_000);
    }

    @Test
    void anyDocumentComesBackFromYaml() {
        seeds().forEach(seed -> {
            Document document = new RandomDocuments(seed).next();
            String yaml = Yaml.write(document);
            assertEquals(document, Yaml.read(yaml), () -> "seed " + seed + " wrote:\n" + yaml);
        });
    }

    @Test
    void anyDocumentComesBackFromJson() {
        seeds().forEach(seed -> {
            Document document = new RandomDocuments(seed).next();
            assertEquals(document, Json.read(Json.write(document)), () -> "seed " + seed);
        });
    }

    @Test
    void aDeepDocumentComesBackFromBoth() {
        LongStream.range(0, 300).forEach(seed -> {
            Document document = new RandomDocuments(seed).deep(10 + (int) (seed % 80));
            String yaml = Yaml.write(document);
            assertEquals(document, Yaml.read(yaml), () -> "seed " + seed + " wrote:\n" + yaml);
            assertEquals(document, Json.read(Json.write(document)), () -> "seed " + seed);
        });
    }

    @ParameterizedTest
    @FieldSource("TEXTS")
    void aTextComesBackWhereverItStands(String text) {
        Scalar scalar = Scalar.text(text);
        assertComesBack(scalar);
        assertComesBack(new Sequence(List.of(scalar, scalar)));
        assertComesBack(Mapping.builder().put("before", 1).put("key", scalar).put("after", 2).build());
        assertComesBack(below(15, new Sequence(List.of(scalar, scalar))));
    }

    @ParameterizedTest
    @FieldSource("TEXTS")
    void aTextComesBackAsAKeyWhereverItStands(String text) {
        for (Document value : List.of(Scalar.text("v"), Scalar.NULL, Mapping.EMPTY, new Sequence(List.of()),
                Sequence.ofTexts(List.of("a")), Mapping.builder().put("a", 1).build())) {
            Mapping mapping = Mapping.builder().put("before!", 1).put(text, value).put("after!", 2).build();
            assertComesBack(mapping);
            assertComesBack(new Sequence(List.of(mapping, mapping)));
            assertComesBack(below(15, mapping));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {127, 128, 129, 1_023, 1_024, 1_025, 4_000})
    void aLongKeyComesBack(int length) {
        for (String piece : List.of("k", "1", "k ", "k: ", "k\n", "é", "😀", "\"", "\u0001")) {
            String key = piece.repeat(length / piece.length());
            Mapping mapping = Mapping.builder().put(key, Mapping.builder().put(key, "value").build()).put("next", 1)
                    .build();
            assertComesBack(mapping);
            assertComesBack(below(15, mapping));
        }
    }

    static Stream<Document> empties() {
        return Stream.of(Mapping.EMPTY, new Sequence(List.of()), Scalar.NULL, Scalar.text(""));
    }

    @ParameterizedTest
    @MethodSource("empties")
    void whatIsEmptyStaysEmptyOnEveryLevel(Document empty) {
        for (int depth = 0; depth < Limits.DEPTH - 1; depth++) {
            assertComesBack(below(depth, empty));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "~", "null", "Null", "NULL"})
    void nullStaysNullOnEveryLevelHoweverItWasWritten(String written) {
        Scalar nothing = new Scalar(Scalar.Kind.NULL, written);
        for (int depth = 0; depth < 20; depth++) {
            Document document = below(depth,
                    new Sequence(List.of(nothing, Mapping.builder().put("k", nothing).build())));
            assertEquals(json(document), json(Yaml.read(Yaml.write(document))), "depth " + depth);
        }
    }

    @Test
    void yamlIsWrittenOneKeyALineInTheOrderOfTheDocument() {
        Mapping document = Mapping.builder().put("z", 1).put("a", Mapping.builder().put("b", "text").build())
                .put("list", Sequence.ofTexts(List.of("x", "y"))).put("m", "two\nlines\n").build();
        assertEquals("""
                z: 1
                a:
                  b: text
                list:
                  - x
                  - y
                m: |
                  two
                  lines
                """, Yaml.write(document));
    }

    @Test
    void jsonIsWrittenWithoutBlanksInTheOrderOfTheDocument() {
        Mapping document = Mapping.builder().put("z", 1).put("a", Sequence.ofTexts(List.of("ä", "\n"))).build();
        assertEquals("{\"z\":1,\"a\":[\"ä\",\"\\n\"]}", json(document));
    }

    @Test
    void depthDoesNotMultiplyTheSizeOfAFile() {
        Document document = below(90, Sequence.ofTexts(List.of("x".repeat(500).split(""))));
        assertTrue(Yaml.write(document).length() < 20_000, () -> Yaml.write(document).length() + " characters");
    }

    private static Document below(int levels, Document leaf) {
        Document document = leaf;
        for (int i = 0; i < levels; i++) {
            document = i % 2 == 0 ? new Sequence(List.of(document)) : Mapping.builder().put("k", document).build();
        }
        return document;
    }

    private static void assertComesBack(Document document) {
        String yaml = Yaml.write(document);
        assertEquals(document, Yaml.read(yaml), () -> "wrote:\n" + yaml);
        assertEquals(document, Yaml.read(yaml.getBytes(StandardCharsets.UTF_8)));
        assertEquals(document, Json.read(Json.write(document)));
    }

    private static String json(Document document) {
        return new String(Json.write(document), StandardCharsets.UTF_8);
    }
}
