package dev.asmp.cli;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts one member into a JSON text and leaves every other character as it is: comments, order, blanks. Comments and commas
 * before a closing brace are read over, as editors allow them in their settings.
 */
final class JsonEdit {
    private final String text;
    private final String indent;
    private int at;

    /** A member of an object: where its key and its value begin, and where the value ends. */
    private record Member(String key, int start, int value, int end) {}

    /** An object: where it opens and closes, and its members. */
    private record Braces(int open, int close, List<Member> members) {
        @Nullable
        Member find(String key) {
            return members.stream().filter(member -> member.key.equals(key)).findFirst().orElse(null);
        }
    }

    private JsonEdit(String text) {
        this.text = text;
        this.indent = indentOf(text);
    }

    /** The text with {@code {key: {name: value}}} in it. */
    static String put(String text, String key, String name, Mapping value) {
        String whole = text.isBlank() ? "{}\n" : text;
        try {
            return new JsonEdit(whole).put(key, name, value);
        } catch (StringIndexOutOfBoundsException _) {
            throw new NotEditable("it ends too early");
        }
    }

    /** The text is not what it should be; nothing can be put into it. */
    static final class NotEditable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotEditable(String message) {
            super(message);
        }
    }

    private String put(String key, String name, Mapping value) {
        skip();
        Braces root = braces();
        skip();
        if (at < text.length()) {
            throw wrong("more follows its end");
        }
        Member servers = root.find(key);
        if (servers == null) {
            return insert(root, key, "{\n" + indent.repeat(2) + quoted(name) + ": " + written(value, 2) + "\n" + indent
                    + "}", 1);
        }
        at = servers.value;
        if (text.charAt(at) != '{') {
            throw wrong("\"" + key + "\" is no object");
        }
        Braces inner = braces();
        Member old = inner.find(name);
        if (old == null) {
            return insert(inner, name, written(value, 2), 2);
        }
        return isAlready(text.substring(old.value, old.end), value)
                ? text
                : text.substring(0, old.value) + written(value, 2) + text.substring(old.end);
    }

    private static boolean isAlready(String old, Mapping value) {
        try {
            return JsonReader.read(old.getBytes(StandardCharsets.UTF_8)).equals(value);
        } catch (CommandFailure _) {
            return false;
        }
    }

    private String insert(Braces braces, String key, String value, int depth) {
        String member = "\n" + indent.repeat(depth) + quoted(key) + ": " + value;
        if (braces.members.isEmpty()) {
            String between = text.substring(braces.open + 1, braces.close);
            String end = between.isBlank() ? "\n" + indent.repeat(depth - 1) : between;
            return text.substring(0, braces.open + 1) + member + end + text.substring(braces.close);
        }
        int end = braces.members.getLast().end;
        return text.substring(0, end) + "," + member + afterComma(end);
    }

    /** The rest of the text, without the comma that already stood behind the last member. */
    private String afterComma(int end) {
        at = end;
        skip();
        return text.charAt(at) == ',' ? text.substring(end, at) + text.substring(at + 1) : text.substring(end);
    }

    /** Reads an object and stands behind it. */
    private Braces braces() {
        int open = at;
        if (text.charAt(at++) != '{') {
            throw wrong("an object was expected");
        }
        List<Member> members = new ArrayList<>();
        for (skip(); text.charAt(at) != '}'; skip()) {
            int start = at;
            String key = string();
            skip();
            if (text.charAt(at++) != ':') {
                throw wrong("a colon was expected");
            }
            skip();
            int value = at;
            value();
            members.add(new Member(key, start, value, at));
            skip();
            if (text.charAt(at) == ',') {
                at++;
            } else if (text.charAt(at) != '}') {
                throw wrong("a comma or a closing brace was expected");
            }
        }
        at++;
        return new Braces(open, at - 1, members);
    }

    /** Passes by a value, whatever it is. */
    private void value() {
        int depth = 0;
        do {
            char c = text.charAt(at);
            if (c == '"') {
                string();
            } else if (c == '{' || c == '[') {
                depth++;
                at++;
            } else if (c == '}' || c == ']') {
                depth--;
                at++;
            } else if (depth > 0 && (c == ',' || c == ':')) {
                at++;
            } else {
                word();
            }
            if (depth > 0) {
                skip();
            }
        } while (depth > 0);
    }

    private void word() {
        int start = at;
        while (at < text.length() && "+-.0123456789abcdefghijklmnopqrstuvwxyzE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at == start) {
            throw wrong("'" + Terminal.clean(text.substring(at, at + 1)) + "' was not expected");
        }
    }

    private String string() {
        int start = at;
        if (text.charAt(at++) != '"') {
            throw wrong("a key in quotes was expected");
        }
        for (; text.charAt(at) != '"'; at++) {
            if (text.charAt(at) == '\\') {
                at++;
            }
        }
        at++;
        return ((Scalar) JsonReader
                .read(text.substring(start, at).getBytes(StandardCharsets.UTF_8))).text();
    }

    /** Passes by blanks and comments. */
    private void skip() {
        while (at < text.length()) {
            if (text.charAt(at) <= ' ' || text.charAt(at) == '\uFEFF') {
                at++;
            } else if (text.startsWith("//", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                if (end < 0) {
                    throw wrong("a comment has no end");
                }
                at = end + 2;
            } else {
                return;
            }
        }
    }

    private NotEditable wrong(String problem) {
        long line = 1 + text.substring(0, Math.min(at, text.length())).chars().filter(c -> c == '\n').count();
        return new NotEditable("line " + line + ": " + problem);
    }

    /** What the first indented line begins with; two blanks where there is none. */
    private static String indentOf(String text) {
        for (String line : text.lines().toList()) {
            String blanks = line.substring(0, line.length() - line.stripLeading().length());
            if (!blanks.isEmpty() && blanks.length() < line.length()) {
                return blanks;
            }
        }
        return "  ";
    }

    private String written(Mapping value, int depth) {
        return pretty(value, indent, depth);
    }

    /** An object with a line for each member. */
    static String pretty(Mapping value, String indent, int depth) {
        List<String> lines = new ArrayList<>();
        value.fields().forEach((key, member) -> lines.add("\n" + indent.repeat(depth + 1) + quoted(key) + ": "
                + (member instanceof Mapping inner ? pretty(inner, indent, depth + 1) : json(member))));
        return "{" + String.join(",", lines) + "\n" + indent.repeat(depth) + "}";
    }

    private static String quoted(String text) {
        return json(Scalar.text(text));
    }

    private static String json(Document value) {
        return new String(Json.write(value), StandardCharsets.UTF_8);
    }
}
