package dev.asmp.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists that are read an item at a time, however long they are. */
class JsonItemsTest {
    private static List<Document> items(String json, @Nullable String key) {
        List<Document> items = new ArrayList<>();
        assertEquals(Json.readItems(json.getBytes(StandardCharsets.UTF_8), key, items::add), items.size());
        return items;
    }

    @Test
    void theListIsTheDocumentOrStandsUnderAKey() {
        List<Document> expected = List.of(Scalar.text("a"), Mapping.builder().put("b", 1).build());
        assertEquals(expected, items("[\"a\", {\"b\": 1}]", null));
        assertEquals(expected, items("{\"x\": {\"list\": [5]}, \"list\": [\"a\", {\"b\": 1}], \"y\": [[]]}", "list"));
        assertEquals(List.of(), items("{\"x\": 1}", "list"));
        assertEquals(List.of(), items("[]", null));
    }

    @Test
    void theListMayBeLongerThanADocument() {
        assertEquals(Limits.NODES + 1, items("[" + "1,".repeat(Limits.NODES) + "1]", null).size());
    }

    @Test
    void whatIsNotUtf8IsMalformed() {
        byte[] latin = "[\"é\"]".getBytes(StandardCharsets.ISO_8859_1);
        assertThrows(MalformedDocumentException.class, () -> Json.readItems(latin, null, item -> {}));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "5", "[1", "[1] 2", "[1,]", "null"})
    void whatIsNoListIsMalformed(String json) {
        assertThrows(MalformedDocumentException.class, () -> items(json, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{\"list\": 5}", "{\"list\": [1}", "{\"list\": null}"})
    void whatHasNoListUnderItsKeyIsMalformed(String json) {
        assertThrows(MalformedDocumentException.class, () -> items(json, "list"));
    }
}
