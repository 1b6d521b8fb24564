package dev.asmp.cli;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts one table into a TOML text and leaves every other line as it is. */
final class TomlEdit {
    private static final Pattern HEADER = Pattern.compile("\\s*\\[{1,2}\\s*([^\\[\\]]+?)\\s*\\]{1,2}\\s*(#.*)?");

    private TomlEdit() {}

    /** The text with this table in it, in place of one of the same name. */
    static String put(String text, String table, String name, Mapping value) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        String full = table + "." + name;
        int start = -1;
        int end = lines.size();
        String current = "";
        Depth depth = new Depth();
        for (int i = 0; i < lines.size(); i++) {
            Matcher header = HEADER.matcher(lines.get(i));
            if (!depth.isInside() && header.matches()) {
                current = bare(header.group(1));
                boolean ours = current.equals(full) || current.startsWith(full + ".");
                if (ours && start < 0) {
                    start = i;
                } else if (!ours && start >= 0) {
                    end = i;
                    break;
                }
            } else {
                refuseOtherForms(depth.isInside() ? "" : lines.get(i), current, table, name, i + 1);
                depth.pass(lines.get(i));
            }
        }
        return start < 0 ? append(text, full, value) : replace(lines, start, end, full, value);
    }

    private static String append(String text, String full, Mapping value) {
        String gap = text.isBlank() ? "" : text.endsWith("\n") ? "\n" : "\n\n";
        return (text.isBlank() ? "" : text) + gap + written(full, value);
    }

    private static String replace(List<String> lines, int start, int end, String full, Mapping value) {
        int last = end;
        while (last > start && (lines.get(last - 1).isBlank() || lines.get(last - 1).stripLeading().startsWith("#"))) {
            last--; // what stands before the next table belongs to that
        }
        StringBuilder changed = new StringBuilder();
        lines.subList(0, start).forEach(line -> changed.append(line).append('\n'));
        changed.append(written(full, value));
        lines.subList(last, lines.size()).forEach(line -> changed.append(line).append('\n'));
        return changed.toString();
    }

    /** The same table can be written as a key of another; what stands there is not ours to take apart. */
    private static void refuseOtherForms(String line, String current, String table, String name, int number) {
        int equals = line.indexOf('=');
        if (equals < 0 || line.stripLeading().startsWith("#")) {
            return;
        }
        String key = (current.isEmpty() ? "" : current + ".") + bare(line.substring(0, equals).strip());
        boolean whole = key.equals(table);
        if (whole || key.equals(table + "." + name) || (key.startsWith(table + "." + name + ".")
                && !current.startsWith(table + "." + name))) {
            throw new JsonEdit.NotEditable("line " + number + ": " + key
                    + " is written in one line there; change it by hand");
        }
    }

    /** A dotted key without quotes and blanks around its parts. */
    private static String bare(String key) {
        return key.replaceAll("\\s*\\.\\s*", ".").replace("\"", "").replace("'", "").strip();
    }

    static String written(String full, Mapping value) {
        StringBuilder written = new StringBuilder("[" + full + "]\n");
        value.fields().forEach((key, member) -> written.append(key).append(" = ").append(toml(member)).append('\n'));
        return written.toString();
    }

    private static String toml(Document value) {
        if (value instanceof Mapping mapping) {
            List<String> members = new ArrayList<>();
            mapping.fields().forEach((key, member) -> members.add(key + " = " + toml(member)));
            return "{ " + String.join(", ", members) + " }";
        }
        // Texts and lists of texts are written alike in both.
        return new String(Json.write(value), StandardCharsets.UTF_8);
    }

    /** Whether a line stands within a list or a text that began on a line before it. */
    private static final class Depth {
        private int brackets;
        private String quotes = "";

        boolean isInside() {
            return brackets > 0 || !quotes.isEmpty();
        }

        void pass(String line) {
            for (int i = 0; i < line.length(); i++) {
                if (!quotes.isEmpty()) {
                    if (line.charAt(i) == '\\' && quotes.startsWith("\"")) {
                        i++;
                    } else if (line.startsWith(quotes, i)) {
                        i += quotes.length() - 1;
                        quotes = "";
                    }
                } else if (line.charAt(i) == '#') {
                    return;
                } else {
                    open(line, i);
                    i += Math.max(0, quotes.length() - 1);
                }
            }
            quotes = quotes.length() == 3 ? quotes : ""; // only these go on in the next line
        }

        private void open(String line, int i) {
            char c = line.charAt(i);
            if (c == '"' || c == '\'') {
                String three = String.valueOf(c).repeat(3);
                quotes = line.startsWith(three, i) ? three : String.valueOf(c);
            } else if (c == '[' || c == '{') {
                brackets++;
            } else if (c == ']' || c == '}') {
                brackets = Math.max(0, brackets - 1);
            }
        }
    }
}
