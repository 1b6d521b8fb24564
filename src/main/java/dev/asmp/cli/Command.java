package dev.asmp.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One verb of the command line, or several that stand behind one word. */
interface Command {
    int DONE = 0;
    int FAILED = 1;
    int WRONG_USAGE = 2;

    CommandSpec spec();

    /** The words that may follow this one to make a command of their own; most commands have none. */
    default List<String> verbs() {
        return List.of();
    }

    /** The command that this word and the one that follows it make, or null. */
    default @Nullable Command verb(String word) {
        return null;
    }

    /** The text of {@code asmp NAME --help}. */
    default String help() {
        return spec().help();
    }

    /** The exit code of a call with wrong words. */
    default int wrongUsage() {
        return WRONG_USAGE;
    }

    /** Runs the command and returns its exit code. */
    int run(CommandArguments arguments, CommandContext session) throws Exception;
}
