package dev.asmp.cli;

import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.ServiceName;
import dev.asmp.manifest.Validation;
import dev.asmp.manifest.Validation.Finding;
import dev.asmp.store.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

final class InitCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("init", "[DIR]",
                "write a first asmp.yaml from what is in a folder, or a first host.yaml",
                List.of(OptionSpec.value("--name", "N",
                        "call it N rather than what the folder or its package file says"),
                        OptionSpec.values("--provides", "C",
                                "it provides capability C, such as email.send; again for more"),
                        OptionSpec.value("--port", "P", "it answers over HTTP on port P of this machine"),
                        OptionSpec.flag("--force", "replace what is there"),
                        OptionSpec.flag("--host", "write the profile of this host instead")),
                List.of("asmp init", "asmp init ~/src/mail --provides email.send --port 7100",
                        "asmp init --name mail --force",
                        "asmp init --host"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(1);
        boolean force = arguments.has("--force");
        return arguments.has("--host")
                ? host(arguments, force, session)
                : manifest(arguments, force, session);
    }

    private static int manifest(CommandArguments arguments, boolean force, CommandContext session) {
        Path folder = Path.of(arguments.operands().isEmpty() ? "" : arguments.operands().getFirst());
        if (!Files.isDirectory(folder.toAbsolutePath())) {
            throw new CommandFailure("there is no folder " + folder);
        }
        FirstManifest first = FirstManifest.of(folder, name(arguments.value("--name")),
                arguments.values("--provides"), port(arguments));
        Path file = folder.resolve("asmp.yaml");
        refuseToReplace(List.of(file, folder.resolve("infra/asmp.yaml")), force);
        byte[] yaml = first.yaml().getBytes(StandardCharsets.UTF_8);
        List<Finding> findings = validated(yaml, first.provides().isEmpty(), session);
        try {
            Files.write(file, yaml, options(force));
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be written: " + IoReason.of(e));
        }
        String shown = ShellWord.of(file.toString());
        return done(file, findings, """
                next: %s
                  asmp validate %s
                  asmp announce %s   # tells the registry now
                  asmp scan   # finds it, and whatever else is below the scan paths
                """.formatted(first.provides().isEmpty()
                ? "say under capabilities.provides what it can do (until then it is not valid), then"
                : "look it over, then", shown, shown), session);
    }

    private static int host(CommandArguments arguments, boolean force, CommandContext session) {
        if (!arguments.operands().isEmpty() || arguments.has("--port") || arguments.has("--provides")) {
            throw new UsageError("--host writes into the state folder and takes no DIR, --port or --provides");
        }
        Path folder = session.environment().stateFolder();
        Path file = folder.resolve("host.yaml");
        refuseToReplace(List.of(file), force);
        byte[] yaml = FirstProfile.yaml(session.environment(), arguments.value("--name"))
                .getBytes(StandardCharsets.UTF_8);
        List<Finding> findings = validated(yaml, false, session);
        try {
            PrivateFiles.makeFolder(folder);
            try (FileChannel channel = PrivateFiles.open(file, Set.of(options(force)))) {
                for (ByteBuffer rest = ByteBuffer.wrap(yaml); rest.hasRemaining();) {
                    channel.write(rest);
                }
            }
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be written: " + IoReason.of(e, file));
        }
        return done(file, findings, """
                next: look it over, then
                  asmp serve    # or, where it runs already: asmp reload
                  asmp host     # shows what is in force
                """, session);
    }

    private static void refuseToReplace(List<Path> files, boolean force) {
        for (Path file : files) {
            if (!force && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new CommandFailure(file + " is there already; --force overwrites it");
            }
        }
    }

    private static OpenOption[] options(boolean force) {
        return force
                ? new OpenOption[]{StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE}
                : new OpenOption[]{StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE};
    }

    /** Validates a text before it is written; one that would be refused is not written. */
    private static List<Finding> validated(byte[] yaml, boolean isUnfinished, CommandContext session) {
        List<Finding> findings = new ArrayList<>(Validation.of(yaml, false, session.environment()));
        findings.removeIf(finding -> isUnfinished && finding.field().equals("capabilities.provides"));
        for (Finding finding : findings) {
            if (!finding.isWarning()) {
                throw new CommandFailure("nothing is written, since it would not be valid: " + finding.said());
            }
        }
        return findings;
    }

    private static int done(Path file, List<Finding> findings, String next, CommandContext session) {
        if (session.json()) {
            session.printJson(Json.write(Mapping.builder().put("path", file.toAbsolutePath().normalize().toString())
                    .put("warnings", ValidateCommand.records(file.toString(), findings)).build()));
        } else {
            session.out().println("wrote " + Terminal.clean(file.toString()));
            ValidateCommand.print(file.toString(), findings, session);
            session.out().print(next);
        }
        return DONE;
    }

    private static @Nullable String name(@Nullable String asked) {
        String problem = asked == null ? null : ServiceName.problemWith(asked);
        if (problem != null) {
            throw new UsageError("--name " + problem);
        }
        return asked;
    }

    private static @Nullable Integer port(CommandArguments arguments) {
        String port = arguments.value("--port");
        if (port == null) {
            return null;
        }
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
            throw new UsageError("--port must be a number from 1 to 65535, but is '" + port + "'");
        }
        return Integer.valueOf(port);
    }
}
