package dev.asmp.cli;

import dev.asmp.daemon.StartFailure;
import dev.asmp.daemon.StateImport;
import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Reads an export into the state folder, all of it or nothing. */
final class ImportCommand implements Command {
    private static final String REPLACE = "--replace";

    @Override
    public CommandSpec spec() {
        return new CommandSpec("import", "FILE",
                "read what 'asmp export' or 'asmp backup' wrote, all or nothing; the daemon must be stopped",
                List.of(OptionSpec.flag(REPLACE, "put what is there now aside")),
                List.of("asmp import asmp-export.yaml", "asmp import --replace asmp-export.yaml", "asmp import -"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws IOException {
        String file = arguments.operand("the FILE");
        try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file));
                Progress progress = new Progress("documents read:", session)) {
            report(StateImport.run(session.environment(), in, arguments.has(REPLACE), Instant.now(), progress),
                    session);
            return DONE;
        } catch (NoSuchFileException e) {
            throw new CommandFailure(file.equals(e.getFile()) ? "there is no file " + file : IoReason.of(e));
        } catch (StartFailure e) {
            String why = String.valueOf(e.getMessage());
            throw new CommandFailure(why.startsWith("another asmp daemon")
                    ? why + "; stop it first: asmp stop"
                    : why.startsWith("line ") ? file + ", " + why : why);
        } catch (IOException e) {
            throw new CommandFailure("the import failed, and nothing was changed: " + IoReason.of(e));
        }
    }

    private static void report(StateImport.Result result, CommandContext session) {
        Path before = result.before();
        if (session.json()) {
            session.printJson(Json.write(Mapping.builder().put("services", result.services())
                    .put("documents", result.documents()).put("before", before == null ? null : before.toString())
                    .build()));
            return;
        }
        session.out().println("imported " + result.services() + (result.services() == 1 ? " service" : " services"));
        if (before != null) {
            session.out().println("what was there before is in " + Terminal.clean(before.toString()));
        }
    }
}
