package dev.asmp.cli;

/** The words on the command line cannot be meant; exit code 2. */
final class UsageError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageError(String message) {
        super(message);
    }
}
