package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.RegistryFinder;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Environment;
import dev.asmp.wire.Request;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a running command works with: where to print, how, and the registry to ask. */
final class CommandContext {
    private final PrintStream out;
    private final PrintStream err;
    private final boolean json;
    private @Nullable Environment environment;
    private @Nullable Terminal terminal;

    CommandContext(PrintStream out, PrintStream err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }

    boolean json() {
        return json;
    }

    Environment environment() {
        if (environment == null) {
            environment = Environment.ofProcess();
        }
        return environment;
    }

    Terminal terminal() {
        if (terminal == null) {
            terminal = Terminal.ofProcess();
        }
        return terminal;
    }

    /** Asks the registry; an answer that is an error becomes the command's failure. */
    byte[] get(String path) {
        return call(Request.of("GET", path));
    }

    byte[] post(String path, byte @Nullable [] body, @Nullable String contentType) {
        return call(Request.of("POST", path, body, contentType));
    }

    /** Asks the registry; an answer that is an error becomes the command's failure. */
    byte[] call(Request request) {
        return new RegistryFinder(environment()).ask(request);
    }

    /** The bytes of a file that a command was given; {@code -} is standard input. */
    static byte[] read(String file) {
        try {
            return file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
        } catch (NoSuchFileException _) {
            throw new CommandFailure("there is no file " + file);
        } catch (IOException | InvalidPathException e) {
            throw new CommandFailure(file + " cannot be read: " + e.getMessage());
        }
    }

    /** What a file with a manifest is sent as. */
    static String mediaType(String file) {
        return file.endsWith(".json") ? "application/json" : "application/yaml";
    }

    /** Prints an answer as it came. */
    void printJson(byte[] body) {
        out.writeBytes(body);
        out.println();
    }

    /** Prints what an answer could not use, a line each. */
    void printProblems(Mapping answer) {
        for (Mapping problem : JsonReader.mappings(answer, "problems")) {
            out.println("  " + terminal().yellow("problem") + "  "
                    + Terminal.clean(problem.text("path") + ": " + problem.text("error")));
        }
    }
}
