package dev.asmp.client;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * A JSON parser for a registry's answers. Loading Jackson takes longer than everything else that a quick command does; the
 * daemon, which reads hostile input, uses Jackson.
 */
public final class JsonReader {
    private static final int MAX_DEPTH = 500;

    private final String text;
    private int at;
    private int depth;

    private JsonReader(String text) {
        this.text = text;
    }

    public static Document read(byte[] utf8) {
        JsonReader reader = new JsonReader(new String(utf8, StandardCharsets.UTF_8));
        try {
            Document document = reader.value();
            reader.blanks();
            if (reader.at != reader.text.length()) {
                throw reader.unexpected();
            }
            return document;
        } catch (StringIndexOutOfBoundsException | NumberFormatException _) {
            throw reader.unexpected();
        }
    }

    /** The answer where it is a mapping; anything else is a failure. */
    public static Mapping mapping(byte[] utf8) {
        if (read(utf8) instanceof Mapping mapping) {
            return mapping;
        }
        throw new RegistryException("the registry's answer is not what was expected");
    }

    /** The mappings in an answer that is a list. */
    public static List<Mapping> mappings(byte[] utf8) {
        return mappings(read(utf8));
    }

    /** The mappings of a list inside an answer. */
    public static List<Mapping> mappings(Mapping answer, String key) {
        Document list = answer.get(key);
        return list == null ? List.of() : mappings(list);
    }

    /** The mappings in a list. */
    public static List<Mapping> mappings(Document list) {
        List<Mapping> mappings = new ArrayList<>();
        if (list instanceof Sequence sequence) {
            for (Document item : sequence.items()) {
                if (item instanceof Mapping mapping) {
                    mappings.add(mapping);
                }
            }
        }
        return mappings;
    }

    private Document value() {
        blanks();
        char c = text.charAt(at);
        return switch (c) {
            case '{' -> mapping();
            case '[' -> sequence();
            case '"' -> Scalar.text(string());
            case 't' -> word("true", Scalar.bool(true));
            case 'f' -> word("false", Scalar.bool(false));
            case 'n' -> word("null", Scalar.NULL);
            default -> number();
        };
    }

    private Mapping mapping() {
        open();
        LinkedHashMap<String, Document> fields = new LinkedHashMap<>();
        while (more('}', fields.isEmpty())) {
            String key = string();
            blanks();
            expect(':');
            fields.put(key, value());
        }
        return new Mapping(fields);
    }

    private Sequence sequence() {
        open();
        List<Document> items = new ArrayList<>();
        while (more(']', items.isEmpty())) {
            items.add(value());
        }
        return new Sequence(items);
    }

    private void open() {
        at++;
        if (++depth > MAX_DEPTH) {
            throw unexpected();
        }
    }

    /** Tells whether another item follows, and consumes the comma before it or the closing bracket. */
    private boolean more(char end, boolean first) {
        blanks();
        if (text.charAt(at) == end) {
            at++;
            depth--;
            return false;
        }
        if (!first) {
            expect(',');
            blanks();
        }
        return true;
    }

    private String string() {
        expect('"');
        int start = at;
        while (text.charAt(at) != '"' && text.charAt(at) != '\\') {
            at++;
        }
        if (text.charAt(at) == '"') {
            return text.substring(start, at++);
        }
        StringBuilder unescaped = new StringBuilder().append(text, start, at);
        while (text.charAt(at) != '"') {
            char c = text.charAt(at++);
            unescaped.append(c == '\\' ? escape() : c);
        }
        at++;
        return unescaped.toString();
    }

    private char escape() {
        char c = text.charAt(at++);
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> {
                at += 4;
                yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            default -> c;
        };
    }

    private Scalar number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (start == at) {
            throw unexpected();
        }
        return new Scalar(Scalar.Kind.NUMBER, text.substring(start, at));
    }

    private Scalar word(String word, Scalar value) {
        if (!text.startsWith(word, at)) {
            throw unexpected();
        }
        at += word.length();
        return value;
    }

    private void expect(char c) {
        if (text.charAt(at) != c) {
            throw unexpected();
        }
        at++;
    }

    private void blanks() {
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
    }

    private RegistryException unexpected() {
        return new RegistryException("the answer is not JSON (at character " + at + "): is this a registry?");
    }
}
