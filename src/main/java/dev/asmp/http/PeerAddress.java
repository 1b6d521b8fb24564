package dev.asmp.http;

import io.helidon.common.socket.PeerInfo;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.Principal;
import java.security.cert.Certificate;
import java.util.Optional;

/** An end of a connection, as the server library asks for it; that of a Unix socket has no port. */
record PeerAddress(SocketAddress address) implements PeerInfo {
    @Override
    public String host() {
        return address instanceof InetSocketAddress inet ? inet.getHostString() : "localhost";
    }

    @Override
    public int port() {
        return address instanceof InetSocketAddress inet ? inet.getPort() : -1;
    }

    @Override
    public Optional<Principal> tlsPrincipal() {
        return Optional.empty();
    }

    @Override
    public Optional<Certificate[]> tlsCertificates() {
        return Optional.empty();
    }
}
