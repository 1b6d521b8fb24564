package dev.asmp.cli;

/** The command could not do what was asked; one line says why; exit code 1. */
class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandFailure(String message) {
        super(message);
    }
}
