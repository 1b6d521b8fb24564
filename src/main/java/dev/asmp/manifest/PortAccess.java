package dev.asmp.manifest;

import java.util.Locale;

/** What programs may do over the registry's port, which every user of this host reaches: {@code registry.tcp}. */
public enum PortAccess {
    /** Everything but what only the owner may do. */
    OPEN,
    /** Reading; changes need the Unix socket or the owner's token. */
    READ,
    /** Nothing without the owner's token but {@code GET /health}. */
    TOKEN,
    /** There is no port: only the Unix socket. */
    OFF;

    static PortAccess parse(String written) {
        for (PortAccess access : values()) {
            if (access.word().equals(written.strip())) {
                return access;
            }
        }
        throw new IllegalArgumentException(Printable.quoted(written) + " is not one of open, read, token and off");
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
