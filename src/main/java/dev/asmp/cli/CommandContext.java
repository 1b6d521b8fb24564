package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.RegistryFinder;
import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.Printable;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The surroundings of a running command: its streams, the form of its output, and the registry to ask. */
final class CommandContext {
    private final PrintStream out;
    private final PrintStream err;
    private final boolean json;
    private final Environment environment;
    private @Nullable Terminal terminal;

    CommandContext(PrintStream out, PrintStream err, boolean json, Environment environment) {
        this.out = out;
        this.err = err;
        this.json = json;
        this.environment = environment;
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

    /** The same with the headers of the answer. */
    Reply reply(String path) {
        return new RegistryFinder(environment()).answer(Request.of("GET", path));
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
            throw new CommandFailure(file + " cannot be read: " + IoReason.of(e));
        }
    }

    /** The media type of a file with a manifest. */
    static String mediaType(String file) {
        return file.endsWith(".json") ? "application/json" : "application/yaml";
    }

    /** Reports a failure on standard error: a line and hints, or with {@code --json} one object and nothing else. */
    int fail(int status, String error, String... hints) {
        return report(status, "asmp: ", error, hints);
    }

    /** Reports, in the same way, that nothing was found. */
    int miss(String said, String... hints) {
        return report(Command.FAILED, "", said, hints);
    }

    private int report(int status, String prefix, String error, String... hints) {
        String clean = Terminal.clean(error);
        if (json) {
            Mapping.Builder object = Mapping.builder().put("error", clean);
            if (hints.length > 0) {
                object.put("hints", Sequence.ofTexts(Stream.of(hints).map(String::strip).toList()));
            }
            err.writeBytes(Terminal.escaped(Json.write(object.build())));
            err.println();
            return status;
        }
        err.println(prefix + clean);
        for (String hint : hints) {
            err.println(Printable.of(hint));
        }
        return status;
    }

    /** Prints an answer as it came, with escapes for characters that could steer a terminal. */
    void printJson(byte[] body) {
        out.writeBytes(Terminal.escaped(body));
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
