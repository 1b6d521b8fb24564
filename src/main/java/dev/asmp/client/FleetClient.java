package dev.asmp.client;

import dev.asmp.document.IoReason;
import dev.asmp.manifest.Environment;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A client of the fleet's registry. The configuration is read at each call, since it may change while a program runs; without
 * one, requests go to the registry of this machine, which needs no token and is sent none.
 */
public final class FleetClient implements RegistryApi {
    private static final int SILENCE = 15_000;
    private static final int TOTAL = 60_000;
    private static final int USUAL_BYTES = 128 * 1024 * 1024;

    private final Environment environment;
    private final RegistryApi local;
    private final RegistryClient.Limits limits;

    public FleetClient(Environment environment, RegistryApi local) {
        this(environment, local, USUAL_BYTES);
    }

    private FleetClient(Environment environment, RegistryApi local, int maxBytes) {
        this.environment = environment;
        this.local = local;
        this.limits = new RegistryClient.Limits(SILENCE, TOTAL, maxBytes);
    }

    /** A client that reads answers of this many bytes at most, also from the registry of this machine. */
    public static FleetClient reading(int maxBytes, Environment environment) {
        return new FleetClient(environment, new RegistryFinder(environment, maxBytes), maxBytes);
    }

    /** Whether a fleet's registry is configured; a configuration that cannot be read is one. */
    public boolean isConfigured() {
        try {
            return FleetAddress.of(environment) != null;
        } catch (RegistryException _) {
            return true;
        }
    }

    /** The registry's address, for a message. */
    public String shown() {
        FleetAddress address = FleetAddress.of(environment);
        return address == null ? "the registry of this machine" : address.url();
    }

    @Override
    public Reply call(Request request) {
        FleetAddress address = FleetAddress.of(environment);
        if (address == null) {
            return local.call(request);
        }
        URI uri = address.uri();
        Request sent = request.below(uri.getRawPath());
        try {
            Reply reply = client(uri).call(
                    address.token() == null ? sent : sent.with("Authorization", "Bearer " + address.token()));
            if (!reply.looksLikeJson() || (reply.status() >= 300 && reply.status() < 400)) {
                throw new IOException("what answers there is not a registry");
            }
            return reply;
        } catch (IOException e) {
            throw new RegistryException.Unreachable(
                    "no registry answers on " + address.url() + " (" + address.origin() + ": " + IoReason.of(e) + ")");
        }
    }

    /** The sentence in the envelope of an error, without the token, and with a hint where one is missing. */
    @Override
    public String error(Reply reply) {
        String error = RegistryApi.reason(reply);
        FleetAddress address = FleetAddress.of(environment);
        if (address == null) {
            return error;
        }
        if (address.token() != null) {
            return error.replace(address.token(), "***");
        }
        return reply.status() == 401
                ? error + " (no token is set for " + address.url() + ": VERS_AUTH_TOKEN)"
                : error;
    }

    private RegistryClient client(URI uri) {
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        int port = uri.getPort() < 0 ? secure ? 443 : 80 : uri.getPort();
        RegistryClient.@Nullable Layer layer = secure ? new Tls(uri.getHost(), port, environment) : null;
        return new RegistryClient(uri.getHost(), port, layer, limits);
    }
}
