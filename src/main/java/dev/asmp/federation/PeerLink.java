package dev.asmp.federation;

import dev.asmp.client.PeerClient;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.FederationSettings.Peer;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** The way to a peer: its address, or a tunnel. */
interface PeerLink extends AutoCloseable {
    /** A client for the peer; a failure says why there is no way to it now. */
    PeerClient open() throws IOException;

    /** Ends the request under way. */
    void abort();

    /** Allows requests again. */
    void resume();

    /** Drops what is left of a connection that failed. */
    void reset();

    /** A failure, with what this link knows about it. */
    String explained(String why);

    @Override
    void close();

    static PeerLink to(Peer peer, int longest, Environment environment) {
        URI url = peer.url();
        String target = peer.ssh();
        if (url != null) {
            return new Direct(PeerClient.at(url, peer.caFile(), longest));
        }
        return target == null
                ? new Direct(null)
                : new SshTunnel(peer.host(), target, peer.port(), longest, environment);
    }

    /** A peer whose address is known. */
    record Direct(@Nullable PeerClient client) implements PeerLink {
        @Override
        public PeerClient open() throws IOException {
            if (client == null) {
                throw new IOException("there is no address");
            }
            return client;
        }

        @Override
        public void abort() {
            if (client != null) {
                client.abort();
            }
        }

        @Override
        public void resume() {
            if (client != null) {
                client.resume();
            }
        }

        @Override
        public void reset() {
            // Each request has a connection of its own.
        }

        @Override
        public String explained(String why) {
            return why;
        }

        @Override
        public void close() {
            abort();
        }
    }
}
