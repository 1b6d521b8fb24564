package dev.asmp.cli;

import dev.asmp.document.Document;
import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code asmp doctor}: looks at everything that keeps a registry from working well, and says what to do about each. */
final class DoctorCommand implements Command {
    /** The weight of a finding; only an error makes the exit code 1. */
    enum Level {
        OK("ok"), HINT("hint"), WARNING("warning"), ERROR("error");

        private final String word;

        Level(String word) {
            this.word = word;
        }
    }

    /** A harmless change that mends a finding. */
    @FunctionalInterface
    interface Fix {
        void apply() throws IOException;
    }

    /**
     * One result of one check.
     *
     * @param advice what to do about it; null where there is nothing to do
     * @param fix what {@code --fix} does about it; null where a person must decide
     */
    record Finding(Level level, String subject, String text, @Nullable String advice, @Nullable Fix fix) {
        Mapping document() {
            return Mapping.builder().put("level", level.word).put("subject", subject).put("text", text)
                    .put("advice", advice).build();
        }
    }

    @Override
    public CommandSpec spec() {
        return new CommandSpec("doctor", "",
                "check this machine and its registry, and say what to do about each problem",
                List.of(OptionSpec.flag("--fix", "mend what can be mended without harm, such as rights of files")),
                List.of("asmp doctor", "asmp doctor --fix", "asmp doctor --json"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws IOException {
        arguments.noMoreThan(0);
        List<Finding> found = new ArrayList<>(HostChecks.of(session.environment()));
        found.addAll(RegistryChecks.of(session.environment()));
        List<Finding> findings = arguments.has("--fix") ? found.stream().map(DoctorCommand::mended).toList() : found;
        if (session.json()) {
            session.printJson(Json.write(new Sequence(findings.stream().<Document>map(Finding::document).toList())));
        } else {
            findings.forEach(finding -> print(finding, session));
            session.out().println(summary(findings));
        }
        return findings.stream().anyMatch(finding -> finding.level == Level.ERROR) ? FAILED : DONE;
    }

    private static Finding mended(Finding finding) {
        Fix fix = finding.fix();
        if (fix == null) {
            return finding;
        }
        try {
            fix.apply();
            return new Finding(Level.OK, finding.subject, "mended: " + finding.text, null, null);
        } catch (IOException e) {
            return new Finding(finding.level, finding.subject, finding.text + "; it could not be mended: "
                    + IoReason.of(e), finding.advice, null);
        }
    }

    private static void print(Finding finding, CommandContext session) {
        Terminal terminal = session.terminal();
        String word = finding.level.word + " ".repeat(8 - finding.level.word.length());
        String shown = switch (finding.level) {
            case OK -> terminal.green(word);
            case HINT -> word;
            case WARNING -> terminal.yellow(word);
            case ERROR -> terminal.red(word);
        };
        session.out().println(shown + finding.subject + " ".repeat(Math.max(1, 10 - finding.subject.length()))
                + Terminal.clean(finding.text));
        if (finding.advice != null) {
            session.out().println(" ".repeat(18) + "→ " + Terminal.clean(finding.advice));
        }
    }

    private static String summary(List<Finding> findings) {
        long errors = findings.stream().filter(finding -> finding.level == Level.ERROR).count();
        long warnings = findings.stream().filter(finding -> finding.level == Level.WARNING).count();
        return errors + warnings == 0
                ? "all is well"
                : errors + (errors == 1 ? " error, " : " errors, ") + warnings
                        + (warnings == 1 ? " warning" : " warnings");
    }
}
