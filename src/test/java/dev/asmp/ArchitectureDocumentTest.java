package dev.asmp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** ARCHITECTURE.md, compared with the sources: the types it names exist, and its table is the enforced one. */
class ArchitectureDocumentTest {
    private static final Path FILE = Path.of("ARCHITECTURE.md");
    private static final int WORDS_BEFORE_THE_DECISIONS = 1_700;
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z]+)` \\| ([a-z, ]+) \\|$");
    private static final Pattern TYPE_IN_PROSE = Pattern.compile("`([A-Z][a-z][A-Za-z]*)`");
    private static final Pattern DIAGRAM = Pattern.compile("(?s)```\\n(.*?)```");
    private static final Pattern TYPE_IN_DIAGRAM = Pattern.compile("\\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\\b");

    @Test
    void theTableIsTheOneThatTheArchitectureTestEnforces() throws IOException {
        Map<String, Set<String>> table = new TreeMap<>();
        ROW.matcher(text()).results().forEach(row -> table.put(row.group(1),
                row.group(2).equals("nothing") ? Set.of() : new TreeSet<>(Set.of(row.group(2).split(", ")))));
        assertEquals(new TreeMap<>(ArchitectureTest.ALLOWED), table);
    }

    @Test
    void everyTypeItNamesExists() throws IOException {
        Set<String> named = new TreeSet<>();
        TYPE_IN_PROSE.matcher(text()).results().forEach(match -> named.add(match.group(1)));
        DIAGRAM.matcher(text()).results().flatMap(block -> TYPE_IN_DIAGRAM.matcher(block.group(1)).results())
                .map(MatchResult::group).forEach(named::add);
        assertTrue(named.size() > 50, named::toString);
        named.removeAll(types());
        assertEquals(Set.of(), named);
    }

    @Test
    void itIsShortBeforeItsDecisions() throws IOException {
        String text = text();
        int words = text.substring(0, text.indexOf("\n## Decisions\n")).split("\\s+").length;
        assertTrue(words <= WORDS_BEFORE_THE_DECISIONS, () -> words + " words");
    }

    private static String text() throws IOException {
        return Files.readString(FILE, UTF_8);
    }

    private static Set<String> types() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length())).collect(Collectors.toSet());
        }
    }
}
