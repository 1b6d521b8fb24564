package dev.asmp.cli;

import dev.asmp.daemon.StateExport;
import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.store.PrivateFiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Writes the whole state as one YAML stream: to standard output, or as a backup into a new file. */
final class ExportCommand implements Command {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private final boolean backup;

    ExportCommand(boolean backup) {
        this.backup = backup;
    }

    @Override
    public CommandSpec spec() {
        return backup
                ? new CommandSpec("backup", "[FILE]", "write the whole registry into a new file, for 'asmp import'",
                        List.of(), List.of("asmp backup", "asmp backup /mnt/backup/asmp.yaml"))
                : new CommandSpec("export", "", "write the whole registry as one YAML stream, for 'asmp import'",
                        List.of(), List.of("asmp export > asmp-export.yaml", "asmp export | ssh other asmp import -"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws IOException {
        arguments.noMoreThan(backup ? 1 : 0);
        Path home = session.environment().stateFolder();
        if (!Files.isDirectory(home)) {
            throw new CommandFailure("there is no state in " + home);
        }
        if (!backup) {
            write(session.out(), session);
            session.out().flush();
            if (session.out().checkError()) {
                throw new CommandFailure("the export could not be written to its end");
            }
            return DONE;
        }
        Path file = arguments.operands().isEmpty()
                ? Path.of("asmp-" + STAMP.format(Instant.now()) + ".yaml")
                : Path.of(arguments.operands().getFirst());
        int documents = writeNew(file, session);
        if (session.json()) {
            session.printJson(Json.write(Mapping.builder().put("file", file.toAbsolutePath().toString())
                    .put("documents", documents).put("bytes", Files.size(file)).build()));
        } else {
            session.out().println("wrote " + Terminal.clean(file.toString()) + " (" + documents + " documents, "
                    + Files.size(file) + " bytes); asmp import reads it");
        }
        return DONE;
    }

    private static int writeNew(Path file, CommandContext session) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Channels.newOutputStream(PrivateFiles.open(
                file.toAbsolutePath(), Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))))) {
            return write(out, session);
        } catch (FileAlreadyExistsException _) {
            throw new CommandFailure(file + " exists already: a backup replaces nothing");
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw new CommandFailure(file + " could not be written: " + IoReason.of(e, file));
        }
    }

    private static int write(OutputStream out, CommandContext session) throws IOException {
        Environment environment = session.environment();
        try (Progress progress = new Progress("documents written:", session)) {
            return StateExport.write(environment.stateFolder(), HostProfile.load(environment).servicesFolder(),
                    VersionCommand.version(), Instant.now(), out, progress);
        }
    }
}
