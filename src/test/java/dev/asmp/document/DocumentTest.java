package dev.asmp.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The tree itself: ordered, immutable, and forgiving to those who ask. */
class DocumentTest {
    private static final Mapping MAPPING = (Mapping) Yaml.read("""
            text: word
            number: 1.10
            nothing: ~
            list: [a, 1, ~, [b]]
            mapping: {a: 1}
            """);

    @Test
    void aScalarIsReadAsTextWhateverItIs() {
        assertEquals("word", MAPPING.text("text"));
        assertEquals("1.10", MAPPING.text("number"));
    }

    @Test
    void whatIsNoScalarHasNoText() {
        assertNull(MAPPING.text("nothing"));
        assertNull(MAPPING.text("list"));
        assertNull(MAPPING.text("mapping"));
        assertNull(MAPPING.text("absent"));
    }

    @Test
    void whatIsNotThereIsEmpty() {
        assertEquals(Mapping.EMPTY, MAPPING.mapping("absent"));
        assertEquals(Mapping.EMPTY, MAPPING.mapping("text"));
        assertEquals(List.of(), MAPPING.list("absent"));
        assertEquals(List.of(), MAPPING.list("mapping"));
        assertEquals(List.of(), MAPPING.texts("absent"));
        assertEquals(List.of(), MAPPING.texts("nothing"));
    }

    @Test
    void theTextsOfAListAreItsScalars() {
        assertEquals(List.of("a", "1"), MAPPING.texts("list"));
        assertEquals(List.of("word"), MAPPING.texts("text"));
    }

    @Test
    void aReplacedKeyKeepsItsPlaceAndANewOneComesLast() {
        Mapping changed = MAPPING.with("number", Scalar.number(2)).with("last", Scalar.NULL);
        assertEquals(List.of("text", "number", "nothing", "list", "mapping", "last"),
                List.copyOf(changed.fields().keySet()));
        assertEquals("2", changed.text("number"));
        assertEquals("1.10", MAPPING.text("number"));
    }

    @Test
    void removedKeysAreGoneAndNothingIsCopiedForNothing() {
        assertEquals(List.of("nothing", "list", "mapping"),
                List.copyOf(MAPPING.without(Set.of("text", "number")).fields().keySet()));
        assertSame(MAPPING, MAPPING.without(Set.of("absent")));
    }

    @Test
    void aTreeCannotBeChangedFromOutside() {
        LinkedHashMap<String, Document> fields = new LinkedHashMap<>();
        Mapping mapping = new Mapping(fields);
        fields.put("late", Scalar.NULL);
        assertEquals(Mapping.EMPTY, mapping);
        List<Document> items = new ArrayList<>();
        Sequence sequence = new Sequence(items);
        items.add(Scalar.NULL);
        assertEquals(List.of(), sequence.items());
        assertThrows(UnsupportedOperationException.class, () -> mapping.fields().put("late", Scalar.NULL));
    }

    @Test
    void aBuilderLeavesOutWhatIsNull() {
        assertEquals(Mapping.EMPTY, Mapping.builder().put("a", (String) null).put("b", (Document) null).build());
    }

    @Test
    void aScalarIsItsCharacters() {
        assertNotEquals(Yaml.read("1.1"), Yaml.read("1.10"));
        assertNotEquals(Yaml.read("1"), Yaml.read("'1'"));
        assertEquals(Scalar.text("1.10"), ((Scalar) Yaml.read("1.10")).asText());
        assertEquals(Scalar.NULL, Scalar.NULL.asText());
    }

    @Test
    void everyNodeHasANameForErrorMessages() {
        assertEquals(List.of("text", "a number", "null", "a list", "a mapping"),
                MAPPING.fields().values().stream().map(Document::kindName).toList());
        assertEquals("true or false", Scalar.bool(true).kindName());
    }
}
