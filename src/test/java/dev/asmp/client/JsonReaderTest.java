package dev.asmp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The quick reader of answers reads what Jackson reads, and says so where an answer is no JSON. */
class JsonReaderTest {
    private static Document read(String text) {
        return JsonReader.read(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "null", "true", "false", "0", "-1.50e+3", "\"\"", " [ 1 , 2 ]\n",
            "{\"a\":{\"b\":[{},[],\"x\"]},\"c\":null}", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\"",
            "\"Größe 日本 👍\"",
            "{\"b\":1,\"a\":2}", "123456789012345678901234567890.10"})
    void whatJacksonReadsIsReadAlike(String text) {
        assertEquals(Json.read(text.getBytes(StandardCharsets.UTF_8)), read(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "[1", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "\"x", "\"\\u00\"",
            "\"\\uzzzz\"",
            "tru", "nul", "@", "[1]]", "<html>", "HTTP/1.1 200", "{\"a\":1,}"})
    void whatIsNoJsonIsSaidToBeNoRegistrysAnswer(String text) {
        String message = String.valueOf(assertThrows(RegistryException.class, () -> read(text)).getMessage());
        assertTrue(message.contains("is not JSON") && message.contains("is this a registry?"), message);
    }

    @Test
    void aDepthThatNoAnswerHasIsRefused() {
        assertThrows(RegistryException.class, () -> read("[".repeat(100_000) + "]".repeat(100_000)));
        assertEquals("[".repeat(400) + "]".repeat(400),
                new String(Json.write(read("[".repeat(400) + "]".repeat(400))), StandardCharsets.UTF_8));
    }
}
