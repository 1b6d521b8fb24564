package dev.asmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of docs/fleet.md name tests that are there: {@code Class}, {@code Class.method}, or a further method of that class. */
class FleetDocumentTest {
    private static final Pattern NAMED = Pattern
            .compile("`(?:([A-Z]\\w+(?:Test|IT|Contract))(?:\\.(\\w+))?|([a-z]\\w{15,}))`");

    @Test
    void eachTestThatATableNamesIsThere() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            for (Path file : files.filter(one -> one.toString().endsWith(".java")).toList()) {
                sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        List<String> missing = new ArrayList<>();
        int named = 0;
        String text = Files.readString(Path.of("docs/fleet.md"));
        for (String row : text.substring(text.indexOf("## Ten traps")).lines().filter(line -> line.startsWith("| "))
                .toList()) {
            String type = "";
            for (Matcher name = NAMED.matcher(row); name.find(); named++) {
                type = name.group(1) == null ? type : name.group(1);
                String method = name.group(1) == null ? name.group(3) : name.group(2);
                String source = sources.get(type);
                if (source == null || (method != null && !source.contains("void " + method + "("))) {
                    missing.add(type + "." + method);
                }
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(named > 70, named + " tests are named");
    }
}
