package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is printed of a document is YAML that says the same. */
class DocumentOutlineTest {
    @ParameterizedTest
    @ValueSource(strings = {"{\"a\": null, \"b\": true, \"c\": 1.50, \"d\": \"1.50\", \"e\": \"true\", \"f\": \"\"}",
            "{\"list\": [], \"map\": {}, \"in\": {\"list\": [[1, [2]], [], {}, {\"a\": 1, \"b\": [\"x\"]}]}}",
            "{\"text\": [\"a: b\", \"a #b\", \"- a\", \"a:\", \"'a'\", \"\\\"\", \"a\\\\b\", \"a\\nb\", \"~\", \"no\", \" a \"]}",
            "{\"url\": \"http://127.0.0.1:7100/health?x=1\", \"at\": \"2026-11-20T10:00:00.000Z\", \"d\": \"2026-11-20\"}",
            "{\"a b\": \"0x1f\", \"1\": \"1e5\", \"größe\": \"größer\", \"x: y\": \"😀 ok\", \"[a]\": \"{b}\", \"t\": \"a\\tb\"}",
            "{\"esc\": \"\\u001b[31m\", \"bidi\": \"a\\u202eb\", \"nel\": \"a\\u0085b\", \"wide\": \"漢字\", \"dots\": \"...\"}",
            "{\"a\": \"--- x\", \"b\": \"%x\", \"c\": \"@x\", \"d\": \"`x\", \"e\": \"&x\", \"f\": \"*x\", \"g\": \"!x\", \"h\": \"|\"}"})
    void theOutlineReadsBackAsTheSameDocument(String json) {
        Document document = Json.read(json.getBytes(StandardCharsets.UTF_8));
        String yaml = DocumentOutline.of((Mapping) document);
        assertEquals(document, Yaml.read(yaml), yaml);
        assertFalse(yaml.codePoints().anyMatch(c -> c != '\n' && Character.isISOControl(c)), yaml);
    }

    @Test
    void aTextOfVeryManyDigitsAndColonsIsShown() {
        String text = "1" + ":1".repeat(100_000);
        assertEquals("a: \"" + text + "\"\n", DocumentOutline.of(Mapping.builder().put("a", text).build()));
    }
}
