package dev.asmp.cli;

import dev.asmp.document.Document;
import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.Limits;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Validation;
import dev.asmp.manifest.Validation.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

final class ValidateCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("validate", "FILE...",
                "show errors and weaknesses in manifests and host profiles, with line and column",
                List.of(),
                List.of("asmp validate asmp.yaml", "asmp validate ~/src/mail ~/src/wiki   # their asmp.yaml",
                        "asmp validate ~/.asmp/host.yaml", "generate-manifest | asmp validate -",
                        "asmp validate --json asmp.yaml"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        if (arguments.operands().isEmpty()) {
            throw new UsageError("the FILE to validate is missing; - is standard input");
        }
        arguments.noMoreThan(Integer.MAX_VALUE);
        boolean good = true;
        List<Document> all = new ArrayList<>();
        for (String operand : arguments.operands()) {
            String file = fileOf(operand);
            List<Finding> findings = findings(file, session);
            boolean valid = findings.stream().allMatch(Finding::isWarning);
            good &= valid;
            if (session.json()) {
                all.addAll(records(file, findings).items());
            } else {
                print(file, findings, session);
                if (valid) {
                    session.out().println(Terminal.clean(file) + ": ok" + warnings(findings.size()));
                }
            }
        }
        if (session.json()) {
            session.printJson(Json.write(new Sequence(all)));
        }
        return good ? DONE : FAILED;
    }

    /** Resolves a folder to the manifest that a scan would find in it. */
    private static String fileOf(String operand) {
        Path folder = Path.of(operand);
        if (operand.equals("-") || !Files.isDirectory(folder)) {
            return operand;
        }
        Path inner = folder.resolve("infra/asmp.yaml");
        Path outer = folder.resolve("asmp.yaml");
        return (Files.exists(inner) && !Files.exists(outer) ? inner : outer).toString();
    }

    private static List<Finding> findings(String file, CommandContext session) {
        try {
            return Validation.of(read(file), file.endsWith(".json"), session.environment());
        } catch (NoSuchFileException _) {
            return List.of(new Finding(0, 0, false, "", "there is no such file"));
        } catch (IOException e) {
            return List.of(new Finding(0, 0, false, "", "cannot be read: " + IoReason.of(e)));
        }
    }

    /** Reads one character more than the limit: enough for the text to be refused. */
    private static byte[] read(String file) throws IOException {
        if (file.equals("-")) {
            return System.in.readNBytes(Limits.CHARACTERS + 1);
        }
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            return in.readNBytes(Limits.CHARACTERS + 1);
        }
    }

    /** Prints what was found in a file, a line each, as compilers do. */
    static void print(String file, List<Finding> findings, CommandContext session) {
        for (Finding finding : findings) {
            String place = finding.line() == 0 ? file : file + ":" + finding.line() + ":" + finding.column();
            String line = Terminal.clean(place + ": " + finding.said());
            session.out().println(finding.isWarning() ? line : session.terminal().red(line));
        }
    }

    private static String warnings(int count) {
        return count == 0 ? "" : count == 1 ? " (1 warning)" : " (" + count + " warnings)";
    }

    static Sequence records(String file, List<Finding> findings) {
        List<Document> records = new ArrayList<>();
        findings.forEach(finding -> records.add(record(file, finding)));
        return new Sequence(records);
    }

    private static Mapping record(String file, Finding finding) {
        return Mapping.builder().put("file", file).put("line", finding.line()).put("column", finding.column())
                .put("severity", finding.isWarning() ? "warning" : "error").put("field", finding.field())
                .put("message", finding.message()).build();
    }
}
