package dev.asmp.document;

import java.util.regex.Pattern;

/** YAML in and out. What a plain scalar means is decided here, for reading and writing alike. */
public final class Yaml {
    private static final Pattern JSON_NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private Yaml() {}

    /** Reads one document of strict UTF-8. */
    public static Document read(byte[] utf8) {
        return read(Utf8.decode(utf8));
    }

    /** Reads one document that may have as many nodes as an index file. */
    public static Document readEntry(byte[] utf8) {
        return new YamlReader(Utf8.decode(utf8), Limits.ENTRY_NODES).read();
    }

    /** Reads one document. */
    public static Document read(String text) {
        return new YamlReader(text, Limits.NODES).read();
    }

    /** Reads one document, and where everything in it stands. */
    public static Located locate(byte[] utf8) {
        String text = Utf8.decode(utf8);
        return new Located(read(text), YamlPlaces.find(text));
    }

    /** Writes a document in block style, one key a line, so that a person can read and edit it. */
    public static String write(Document document) {
        return new YamlWriter(document).write();
    }

    /** Resolves a plain scalar: a JSON number, or YAML 1.2's true, false and null; all else is text. */
    static Scalar plain(String text) {
        return new Scalar(kindOfPlain(text), text);
    }

    private static Scalar.Kind kindOfPlain(String text) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> Scalar.Kind.NULL;
            case "true", "True", "TRUE", "false", "False", "FALSE" -> Scalar.Kind.BOOLEAN;
            default -> looksNumeric(text.charAt(0)) && JSON_NUMBER.matcher(text).matches()
                    ? Scalar.Kind.NUMBER
                    : Scalar.Kind.TEXT;
        };
    }

    private static boolean looksNumeric(char first) {
        return first == '-' || (first >= '0' && first <= '9');
    }
}
