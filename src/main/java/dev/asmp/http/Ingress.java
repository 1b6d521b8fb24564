package dev.asmp.http;

/** The way on which a request arrives, and what it proves about the sender. */
enum Ingress {
    /** The port on loopback: any program of any user of this host. */
    PORT,
    /** The Unix socket that only the owner's account can open. */
    OWNER_SOCKET,
    /** The Unix socket of a group, by a member who is not the owner. */
    GROUP_SOCKET,
    /** The socket for other hosts. */
    FLEET,
    /** The socket on which the registries of other hosts ask. */
    PEERS,
    /** A call from this process, on behalf of no request. */
    PROCESS;

    /** Tells whether it is guarded by the permissions of a file. */
    boolean isSocket() {
        return this == OWNER_SOCKET || this == GROUP_SOCKET;
    }
}
