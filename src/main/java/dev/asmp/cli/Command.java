package dev.asmp.cli;

/** One verb of the command line. */
interface Command {
    int DONE = 0;
    int FAILED = 1;
    int WRONG_USAGE = 2;

    Spec spec();

    /** Runs the command and returns its exit code. */
    int run(Arguments arguments, Session session) throws Exception;
}
