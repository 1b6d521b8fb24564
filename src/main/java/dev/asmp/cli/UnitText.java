package dev.asmp.cli;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.Printable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A unit of systemd or launchd as text, made from the {@code run} block of a manifest. Each value is quoted by
 * the rules of its format, since manifests are written by others; what the format cannot express is refused.
 */
record UnitText(String name, String description, List<String> command, @Nullable String folder,
        Map<String, String> variables, String restart) {
    private static final List<String> RESTARTS = List.of("no", "on-failure", "always");

    /** Reads what an entry says about running it; {@link CommandFailure} where that makes no unit. */
    static UnitText of(Mapping entry, Environment environment) {
        String name = String.valueOf(entry.text("name"));
        Mapping run = entry.mapping("run").isEmpty() ? entry.mapping("runtime") : entry.mapping("run");
        String program = first(run.text("command"), run.text("exec"));
        if (program == null || program.isBlank()) {
            throw new CommandFailure(name + " does not say how it is run: its manifest has no run.command");
        }
        String folder = folder(first(run.text("working_dir"), run.text("cwd")), entry.text("source"), environment);
        List<String> command = new ArrayList<>(words(program, run.texts("args"), folder, environment));
        Map<String, String> variables = new LinkedHashMap<>();
        run.mapping("env").fields().forEach((key, value) -> {
            if (!key.matches("[A-Za-z_][A-Za-z0-9_]*") || !(value instanceof Scalar scalar) || scalar.isNull()) {
                throw new CommandFailure(name + ": run.env." + Printable.of(key) + " is no variable with a text");
            }
            variables.put(key, scalar.text());
        });
        String restart = first(run.text("restart"), "on-failure");
        UnitText unit = new UnitText(name, String.valueOf(Printable.of(or(entry.text("description"), name))), command,
                folder,
                variables, restart != null && RESTARTS.contains(restart) ? restart : "on-failure");
        unit.requireText();
        return unit;
    }

    private static @Nullable String first(@Nullable String one, @Nullable String other) {
        return one == null ? other : one;
    }

    private static String or(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }

    /** The working folder; without one, that of the manifest. */
    private static @Nullable String folder(@Nullable String written, @Nullable String source, Environment environment) {
        if (written != null) {
            Path path = environment.expand(written);
            return path.toString();
        }
        Path file = source == null ? null : Path.of(source);
        Path parent = file == null ? null : file.getParent();
        return parent == null
                ? null
                : parent.endsWith("infra") ? String.valueOf(parent.getParent()) : parent.toString();
    }

    /** The command's words: a line with blanks and no arguments is one for a shell; a path is made absolute. */
    private static List<String> words(String program, List<String> arguments, @Nullable String folder,
            Environment environment) {
        if (arguments.isEmpty() && program.strip().chars().anyMatch(Character::isWhitespace)) {
            return List.of("/bin/sh", "-c", program);
        }
        String path = program.startsWith("~/")
                ? environment.home().resolve(program.substring(2)).toString()
                : program.contains("/") && !program.startsWith("/") && folder != null
                        ? Path.of(folder).resolve(program).normalize().toString()
                        : program;
        if (!path.startsWith("/") && (path.contains("/") || !path.matches("[A-Za-z0-9_][A-Za-z0-9_.+-]*"))) {
            throw new CommandFailure(
                    "run.command is neither a path nor the name of a program: " + Printable.of(program));
        }
        List<String> words = new ArrayList<>(List.of(path));
        words.addAll(arguments);
        return words;
    }

    /** Refuses what neither format can express: NUL, and in paths a line's end. */
    private void requireText() {
        List<String> all = new ArrayList<>(command);
        all.addAll(variables.values());
        if (all.stream().anyMatch(text -> text.indexOf('\0') >= 0)
                || (folder != null && folder.chars().anyMatch(c -> c < ' ' || c == 0x7F))) {
            throw new CommandFailure(name + ": a value has control characters that no unit can hold");
        }
    }

    /** The unit for systemd. */
    String systemd() {
        StringBuilder unit = new StringBuilder("[Unit]\nDescription=").append(percent(description))
                .append("\n\n[Service]\n");
        List<String> words = new ArrayList<>();
        for (int i = 0; i < command.size(); i++) {
            words.add(quoted(command.get(i)).replace("$", i == 0 ? "$" : "$$"));
        }
        unit.append("ExecStart=").append(String.join(" ", words)).append('\n');
        if (folder != null) {
            unit.append("WorkingDirectory=").append(percent(folder)).append('\n');
        }
        variables.forEach((key, value) -> unit.append("Environment=").append(quoted(key + "=" + value)).append('\n'));
        return unit.append("Restart=").append(restart).append("\n\n[Install]\nWantedBy=default.target\n").toString();
    }

    /** A word in double quotes with the escapes that systemd undoes. */
    private static String quoted(String text) {
        StringBuilder word = new StringBuilder("\"");
        text.chars().forEach(c -> {
            switch (c) {
                case '"', '\\' -> word.append('\\').append((char) c);
                case '\n' -> word.append("\\n");
                default -> {
                    if (c < ' ' || c == 0x7F) {
                        word.append(String.format(Locale.ROOT, "\\x%02x", c));
                    } else {
                        word.append((char) c);
                    }
                }
            }
        });
        return percent(word.append('"').toString());
    }

    private static String percent(String text) {
        return text.replace("%", "%%");
    }

    /** The property list for launchd. */
    String launchd() {
        StringBuilder list = new StringBuilder("""
                <?xml version="1.0" encoding="UTF-8"?>
                <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
                <plist version="1.0">
                <dict>
                """);
        member(list, "Label", "<string>" + xml("asmp." + name) + "</string>");
        StringBuilder words = new StringBuilder("<array>\n");
        command.forEach(word -> words.append("        <string>").append(xml(word)).append("</string>\n"));
        member(list, "ProgramArguments", words.append("    </array>").toString());
        if (folder != null) {
            member(list, "WorkingDirectory", "<string>" + xml(folder) + "</string>");
        }
        if (!variables.isEmpty()) {
            StringBuilder all = new StringBuilder("<dict>\n");
            variables.forEach((key, value) -> all.append("        <key>").append(key).append("</key>\n        <string>")
                    .append(xml(value)).append("</string>\n"));
            member(list, "EnvironmentVariables", all.append("    </dict>").toString());
        }
        member(list, "RunAtLoad", "<true/>");
        member(list, "KeepAlive", switch (restart) {
            case "always" -> "<true/>";
            case "no" -> "<false/>";
            default -> "<dict>\n        <key>SuccessfulExit</key>\n        <false/>\n    </dict>";
        });
        return list.append("</dict>\n</plist>\n").toString();
    }

    private static void member(StringBuilder list, String key, String value) {
        list.append("    <key>").append(key).append("</key>\n    ").append(value).append('\n');
    }

    /** A text in XML 1.0, which has no place for most control characters. */
    private static String xml(String text) {
        if (text.codePoints().anyMatch(c -> (c < ' ' && c != '\n' && c != '\t') || (c >= 0xD800 && c <= 0xDFFF)
                || c == 0xFFFE || c == 0xFFFF)) {
            throw new CommandFailure("a value has characters that a property list cannot hold; --systemd can");
        }
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
