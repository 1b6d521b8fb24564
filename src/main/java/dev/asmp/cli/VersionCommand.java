package dev.asmp.cli;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class VersionCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("version", "", "show the version of this program and of the protocol it speaks",
                List.of(),
                List.of("asmp version"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        String version = version();
        if (session.json()) {
            session.printJson(Json.write(
                    Mapping.builder().put("version", version).put("commit", commit()).put("protocol", Manifest.VERSION)
                            .build()));
        } else {
            session.out()
                    .println("asmp " + version + " (" + (commit() == null ? "" : "commit " + commit() + ", ")
                            + "protocol " + Manifest.VERSION + ", Java "
                            + Runtime.version().feature() + ")");
        }
        return DONE;
    }

    /** The commit that was built; null where the sources were no checkout. */
    private static @Nullable String commit() {
        try (InputStream in = Main.class.getResourceAsStream("/commit")) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException _) {
            return null;
        }
    }

    static String version() {
        String implementation = Main.class.getPackage().getImplementationVersion();
        return implementation == null ? "development" : implementation;
    }
}
