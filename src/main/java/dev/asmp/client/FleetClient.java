package dev.asmp.client;

import dev.asmp.document.IoReason;
import dev.asmp.manifest.Environment;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client of the fleet's registry. The configuration is read at each call, since it may change while a program runs; without
 * one, requests go to the registry of this machine, which needs no token and is sent none. Of several addresses, the one that
 * answered last is asked first, and the others where it does not answer or cannot reach the fleet's state.
 */
public final class FleetClient implements RegistryApi {
    /** Longer than a registry works on a change: one that was given up here must not be done after a later one elsewhere. */
    private static final int SILENCE = 15_000;
    private static final int IMPATIENCE = 3_000;
    private static final int UNAVAILABLE = 503;
    private static final int TOTAL = 60_000;
    private static final int USUAL_BYTES = 128 * 1024 * 1024;

    /** Which of several addresses answered last in this process. */
    private static volatile Answered answered = new Answered("", 0);

    private final Environment environment;
    private final RegistryApi local;
    private final RegistryClient.Limits limits;

    private record Answered(String url, int place) {}

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
        List<URI> uris = address.uris();
        int first = answered.url().equals(address.url()) ? answered.place() : 0;
        Reply refused = null;
        IOException last = null;
        for (int i = 0; i < uris.size(); i++) {
            int place = (first + i) % uris.size();
            try {
                Reply reply = ask(uris.get(place), request, address.token(), i < uris.size() - 1);
                if (reply.status() != UNAVAILABLE) {
                    answered = new Answered(address.url(), place);
                    return reply;
                }
                refused = reply;
            } catch (IOException e) {
                last = e;
            }
        }
        if (refused != null) {
            return refused; // rather than the silence of another: it says why
        }
        throw new RegistryException.Unreachable("no registry answers on " + address.url() + " (" + address.origin()
                + ": " + (last == null ? "no address" : IoReason.of(last)) + ")");
    }

    /** Asks one of the fleet's registries; a question waits less where another one can answer it. */
    private Reply ask(URI uri, Request request, @Nullable String token, boolean impatient) throws IOException {
        Request sent = request.below(uri.getRawPath());
        RegistryClient.Limits patience = impatient && request.method().equals("GET")
                ? new RegistryClient.Limits(IMPATIENCE, TOTAL, limits.maxBytes())
                : limits;
        Reply reply = client(uri, patience)
                .call(token == null ? sent : sent.with("Authorization", "Bearer " + token));
        if (!reply.looksLikeJson() || (reply.status() >= 300 && reply.status() < 400)) {
            throw new IOException("what answers there is not a registry");
        }
        return reply;
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

    private RegistryClient client(URI uri, RegistryClient.Limits patience) {
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        int port = uri.getPort() < 0 ? secure ? 443 : 80 : uri.getPort();
        RegistryClient.@Nullable Layer layer = secure ? new Tls(uri.getHost(), port, environment) : null;
        return new RegistryClient(uri.getHost(), port, layer, patience);
    }
}
