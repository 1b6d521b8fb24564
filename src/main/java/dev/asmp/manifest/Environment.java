package dev.asmp.manifest;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Variables of the process and the file system that their paths belong to. */
public record Environment(Map<String, String> variables, FileSystem files) {
    /** The port to listen on, whatever the profile says. */
    public static final String PORT = "ASMP_PORT";
    /** The host profile's file, whatever the state folder holds. */
    public static final String PROFILE = "ASMP_PROFILE";

    /** A variable in a path; in a class of its own, so that only who expands paths pays for it. */
    private static final class Variable {
        static final Pattern WRITTEN = Pattern
                .compile("\\$(?:\\{([A-Za-z_][A-Za-z0-9_]*)\\}|([A-Za-z_][A-Za-z0-9_]*))");
    }

    public Environment {
        variables = Map.copyOf(variables);
    }

    public static Environment ofProcess() {
        return new Environment(System.getenv(), FileSystems.getDefault());
    }

    /** The same with one variable set. */
    public Environment with(String name, String value) {
        Map<String, String> more = new HashMap<>(variables);
        more.put(name, value);
        return new Environment(more, files);
    }

    /** A variable that is set and not empty, or null. */
    public @Nullable String variable(String name) {
        String value = variables.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** The environment's HOME, which is not always Java's. */
    public Path home() {
        String home = variable("HOME");
        return files.getPath(home == null ? System.getProperty("user.home", "/") : home);
    }

    /** {@code $ASMP_HOME}, else {@code $HOME/.asmp}. */
    public Path stateFolder() {
        String folder = variable("ASMP_HOME");
        Path path = folder == null ? home().resolve(".asmp") : files.getPath(folder);
        return path.toAbsolutePath().normalize();
    }

    /** The host profile to read: the one that is named, else the personal one, else the system-wide one, else null. */
    public @Nullable Path hostProfile() {
        String named = variable(PROFILE);
        if (named != null) {
            return files.getPath(named).toAbsolutePath().normalize();
        }
        Path personal = stateFolder().resolve("host.yaml");
        Path systemWide = files.getPath("/etc/asmp/host.yaml");
        return Files.exists(personal) ? personal : Files.exists(systemWide) ? systemWide : null;
    }

    /** Replaces {@code ~} and {@code $VAR}; an undefined variable is an error, never an empty text. */
    public Path expand(String written) {
        String path = written;
        if (path.equals("~") || path.startsWith("~/")) {
            path = home() + path.substring(1);
        }
        Matcher matcher = Variable.WRITTEN.matcher(path);
        StringBuilder expanded = new StringBuilder();
        while (matcher.find()) {
            String name = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            String value = variable(name);
            if (value == null) {
                throw new IllegalArgumentException("$" + name + " is not defined");
            }
            matcher.appendReplacement(expanded, Matcher.quoteReplacement(value));
        }
        Path result = path(matcher.appendTail(expanded).toString());
        if (!result.isAbsolute()) {
            throw new IllegalArgumentException("must be an absolute path, or begin with ~ or $VAR");
        }
        return result.normalize();
    }

    private Path path(String text) {
        try {
            return files.getPath(text);
        } catch (InvalidPathException _) { // its message holds the text as it is
            throw new IllegalArgumentException(Printable.quoted(text) + " is not a path");
        }
    }

    /** A name for this host that needs no network to find out. */
    public String hostName() {
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            if (!name.isEmpty()) {
                return name;
            }
        } catch (IOException _) {
            // Not Linux: the variable that shells set is the next best.
        }
        String name = variable("HOSTNAME");
        return name == null ? "localhost" : name;
    }
}
