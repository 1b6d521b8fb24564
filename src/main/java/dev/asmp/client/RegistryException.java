package dev.asmp.client;

/** A registry could not be asked, refused a request, or sent something unexpected; the message is one line for a person. */
public class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RegistryException(String message) {
        super(message);
    }

    /** No registry answered; the message names the addresses that were tried. */
    public static final class Unreachable extends RegistryException {
        private static final long serialVersionUID = 1L;

        public Unreachable(String message) {
            super(message);
        }
    }

    /** The registry has too much to do and refused a request before it began. */
    static final class Busy extends RegistryException {
        private static final long serialVersionUID = 1L;

        Busy(String message) {
            super(message);
        }
    }
}
