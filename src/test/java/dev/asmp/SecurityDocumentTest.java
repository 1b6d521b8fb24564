package dev.asmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** SECURITY.md names a test for each promise, and each test that it names is there. */
class SecurityDocumentTest {
    private static final Pattern LINK = Pattern.compile("\\[(\\w+)\\]\\((src/test/java/[^)]+)\\)");

    @Test
    void eachPromiseNamesTestsThatAreThere() throws IOException {
        String text = Files.readString(Path.of("SECURITY.md"));
        List<String> promises = text.substring(text.indexOf("## Promises"), text.indexOf("## Not promised")).lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| promise |")).toList();
        assertTrue(promises.size() > 10, promises.toString());
        assertEquals(List.of(), promises.stream().filter(promise -> !LINK.matcher(promise).find()).toList());
        assertEquals(List.of(), LINK.matcher(text).results().filter(link -> !link.group(2)
                .endsWith("/" + link.group(1) + ".java") || !Files.isRegularFile(Path.of(link.group(2))))
                .map(link -> link.group(2)).toList());
    }
}
