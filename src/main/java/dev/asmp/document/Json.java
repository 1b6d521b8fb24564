package dev.asmp.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** JSON in and out, token by token: numbers keep their digits, keys their order. */
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactoryBuilder().streamReadConstraints(StreamReadConstraints
            .builder().maxNestingDepth(2 * Limits.DEPTH).maxNumberLength(Limits.ENTRY_BYTES)
            .maxStringLength(Limits.CHARACTERS).maxNameLength(Limits.ENTRY_BYTES).build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES).disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    /** What Jackson adds about its own settings where it names the beginning of what stayed open. */
    private static final Pattern START_MARKER = Pattern.compile(" \\(start marker at \\[.*\\]\\)");

    private Json() {}

    /** Reads one document of strict UTF-8. */
    public static Document read(byte[] utf8) {
        try (JsonParser parser = FACTORY.createParser(Utf8.decode(utf8))) {
            return parse(parser, all -> node(all, 1, new Budget(Limits.NODES, Limits.CHARACTERS)));
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    /** Reads a document of any length from a program that is trusted; only its depth is limited. */
    public static Document readTrusted(byte[] utf8) {
        try (JsonParser parser = FACTORY.createParser(Utf8.decode(utf8))) {
            return parse(parser, all -> node(all, 1, new Budget(Integer.MAX_VALUE, Integer.MAX_VALUE)));
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    /**
     * Reads the items of a list one by one, and counts them: each has the limits of a document, the list has none. The list is
     * the document, or stands under a key of it; the rest of the document is skipped.
     */
    public static int readItems(byte[] utf8, @Nullable String key, Consumer<Document> each) {
        // Decoded on the way, since there may be a lot of it; where an error is, is then not as well known.
        Reader text = new InputStreamReader(new ByteArrayInputStream(utf8), StandardCharsets.UTF_8.newDecoder());
        try (JsonParser parser = FACTORY.createParser(text)) {
            return parse(parser, all -> key == null ? items(all, each) : itemsUnder(key, all, each));
        } catch (CharacterCodingException _) {
            throw new MalformedDocumentException("not UTF-8", 0, 0);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private static int itemsUnder(String key, JsonParser parser, Consumer<Document> each) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw at(parser, "an object was expected");
        }
        int count = 0;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            boolean wanted = parser.currentName().equals(key);
            parser.nextToken();
            if (wanted) {
                count += items(parser, each);
            } else {
                parser.skipChildren();
            }
        }
        return count;
    }

    private static int items(JsonParser parser, Consumer<Document> each) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw at(parser, "a list was expected");
        }
        int count = 0;
        for (; parser.nextToken() != JsonToken.END_ARRAY; count++) {
            each.accept(node(parser, 2, new Budget(Limits.ENTRY_NODES, Limits.CHARACTERS)));
        }
        return count;
    }

    /** Reads with a parser that stands at the first token of a document, and leaves it at the last. */
    private interface Reading<T> {
        T from(JsonParser parser) throws IOException;
    }

    private static <T> T parse(JsonParser parser, Reading<T> reading) throws IOException {
        try {
            if (parser.nextToken() == null) {
                throw new MalformedDocumentException("the document is empty", 1, 1);
            }
            T read = reading.from(parser);
            if (parser.nextToken() != null) {
                throw at(parser, "more text follows the end of the document");
            }
            return read;
        } catch (JsonProcessingException e) {
            throw new MalformedDocumentException(oneLine(e.getOriginalMessage()), line(e.getLocation()),
                    column(e.getLocation()));
        }
    }

    /** Reads one document, and where everything in it stands. */
    public static Located locate(byte[] utf8) {
        Document document = read(utf8);
        try (JsonParser parser = FACTORY.createParser(Utf8.decode(utf8))) {
            return new Located(document, JsonPlaces.find(parser));
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    /** Writes a document without blanks, as UTF-8. */
    public static byte[] write(Document document) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            write(document, generator);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return out.toByteArray();
    }

    private static Document node(JsonParser parser, int depth, Budget budget) throws IOException {
        JsonToken token = parser.currentToken();
        if (token.isStructStart()) {
            Budget.checkDepth(depth, problem -> at(parser, problem));
        }
        int length = token.isScalarValue() ? parser.getTextLength() : 0;
        budget.chargeNode(length, problem -> at(parser, problem));
        return switch (token) {
            case START_OBJECT -> mapping(parser, depth, budget);
            case START_ARRAY -> sequence(parser, depth, budget);
            case VALUE_STRING -> Scalar.text(unicode(parser));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Scalar(Scalar.Kind.NUMBER, parser.getText());
            case VALUE_TRUE, VALUE_FALSE -> new Scalar(Scalar.Kind.BOOLEAN, parser.getText());
            case VALUE_NULL -> Scalar.NULL;
            default -> throw at(parser, "unexpected " + token);
        };
    }

    private static Mapping mapping(JsonParser parser, int depth, Budget budget) throws IOException {
        LinkedHashMap<String, Document> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = unicode(parser);
            budget.chargeKey(key.length(), problem -> at(parser, problem));
            if (fields.containsKey(key)) {
                throw at(parser, "the key '" + key + "' is written twice");
            }
            parser.nextToken();
            fields.put(key, node(parser, depth + 1, budget));
        }
        return new Mapping(fields);
    }

    private static Sequence sequence(JsonParser parser, int depth, Budget budget) throws IOException {
        List<Document> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(parser, depth + 1, budget));
        }
        return new Sequence(items);
    }

    /** The text of a token; half a surrogate pair, which only an escape can smuggle in, is no text. */
    private static String unicode(JsonParser parser) throws IOException {
        String text = parser.getText();
        int half = Utf8.halfCharacter(text);
        if (half >= 0) {
            throw at(parser, Utf8.describeHalf(half));
        }
        return text;
    }

    /** Writes a node. The JVM takes some milliseconds to link a pattern switch, and quick commands write JSON, too. */
    private static void write(Document document, JsonGenerator out) throws IOException {
        if (document instanceof Scalar scalar) {
            switch (scalar.kind()) {
                case TEXT -> out.writeString(scalar.text());
                case NUMBER -> out.writeRawValue(scalar.text());
                case BOOLEAN -> out.writeBoolean(scalar.isTrue());
                case NULL -> out.writeNull();
            }
        } else if (document instanceof Mapping mapping) {
            out.writeStartObject();
            for (var field : mapping.fields().entrySet()) {
                out.writeFieldName(field.getKey());
                write(field.getValue(), out);
            }
            out.writeEndObject();
        } else if (document instanceof Sequence sequence) {
            out.writeStartArray();
            for (Document item : sequence.items()) {
                write(item, out);
            }
            out.writeEndArray();
        }
    }

    private static MalformedDocumentException at(JsonParser parser, String problem) {
        JsonLocation place = parser.currentTokenLocation();
        return new MalformedDocumentException(oneLine(problem), line(place), column(place));
    }

    private static int line(JsonLocation location) {
        return location == null ? 0 : location.getLineNr();
    }

    private static int column(JsonLocation location) {
        return location == null ? 0 : location.getColumnNr();
    }

    private static String oneLine(String message) {
        String line = START_MARKER.matcher(message).replaceAll("").replaceAll("\\s+", " ").strip();
        return line.length() > 300 ? line.substring(0, 300) + "…" : line;
    }
}
