package dev.asmp.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file that says who this VM is, which may come later and may change: lines {@code KEY=VALUE}, as shells and systemd take
 * them. What it said last stays in force while it is gone, or is just being written.
 */
final class EnvFile {
    private static final Pattern LINE = Pattern.compile("\\s*(?:export\\s+)?(VERS_[A-Z0-9_]+)=(.*)");
    private static final int LONGEST = 64 * 1024;

    private final Path file;
    private String seen = "";
    private Map<String, String> values = Map.of();

    EnvFile(Path file) {
        this.file = file;
    }

    /** Reads the variables whose names begin with {@code VERS_}, as they are now. */
    Map<String, String> look() {
        String text = read();
        // A last line without an end may still grow, so it counts when it is seen a second time.
        if (text.endsWith("\n") || text.equals(seen)) {
            Map<String, String> now = parse(text);
            values = now.isEmpty() ? values : now;
        }
        seen = text;
        return values;
    }

    private String read() {
        try {
            if (Files.size(file) <= LONGEST) {
                return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            }
        } catch (IOException _) {
            // Not there yet, or not for us yet: it is looked at again.
        }
        return "";
    }

    static Map<String, String> parse(String text) {
        Map<String, String> values = new HashMap<>();
        text.lines().forEach(line -> {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                values.put(matcher.group(1), unquoted(matcher.group(2).strip()));
            }
        });
        return Map.copyOf(values);
    }

    private static String unquoted(String value) {
        char quote = value.isEmpty() ? ' ' : value.charAt(0);
        int end = quote == '"' || quote == '\'' ? value.indexOf(quote, 1) : -1;
        return end < 0 ? value.replaceAll("\\s+#.*$", "") : value.substring(1, end);
    }
}
