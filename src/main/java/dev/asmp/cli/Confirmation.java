package dev.asmp.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The consent to a change of many services at once: by {@code --yes}, or asked for at a terminal. */
final class Confirmation {
    static final OptionSpec YES = OptionSpec.flag("--yes", "do not ask");

    private Confirmation() {}

    /** Returns with consent only; what is asked completes "... ? [y/N]". */
    static void require(String what, CommandArguments arguments, CommandContext session) {
        if (arguments.has(YES.name())) {
            return;
        }
        if (session.json() || !session.terminal().isBounded()) {
            throw new CommandFailure("nothing was changed: --yes is needed to " + what + " without being asked");
        }
        session.out().print(what + "? [y/N] ");
        session.out().flush();
        try {
            byte[] line = new byte[80];
            int read = System.in.read(line);
            String answer = read < 0 ? "" : new String(line, 0, read, StandardCharsets.UTF_8).strip();
            if (!answer.equalsIgnoreCase("y") && !answer.equalsIgnoreCase("yes")) {
                throw new CommandFailure("nothing was changed");
            }
        } catch (IOException _) {
            throw new CommandFailure("nothing was changed: there is no answer to read");
        }
    }
}
