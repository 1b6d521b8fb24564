package dev.asmp.cli;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.FleetAddress;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The registry of a fleet, wherever it is; that of this machine asks for no token and is sent none. */
final class VmRegistry {
    private static final int PATIENCE_MILLIS = 15_000;

    private final Environment environment;
    /** Null for the registry of this machine. */
    private final @Nullable FleetAddress place;

    private VmRegistry(Environment environment, @Nullable FleetAddress place) {
        this.environment = environment;
        this.place = place;
    }

    static VmRegistry of(Environment environment) {
        try {
            return new VmRegistry(environment, FleetAddress.of(environment));
        } catch (FleetAddress.Unusable e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
    }

    /** Where the registry is, for a person. */
    String shown() {
        return place == null ? "the registry of this machine" : Terminal.clean(place.url());
    }

    /** Asks; an answer that is an error becomes the command's failure. */
    byte[] ask(String method, String path, @Nullable Mapping body) {
        RegistryClient.Reply reply = call(method, path, body);
        if (reply.status() >= 400) {
            throw new CommandFailure(error(reply));
        }
        return reply.body();
    }

    /** What an answer that is an error says, and nothing that is secret. */
    String error(RegistryClient.Reply reply) {
        String token = place == null ? null : place.token();
        String error = token == null ? reply.error() : reply.error().replace(token, "***");
        boolean silent = reply.status() == 401 && token == null && place != null;
        return silent ? error + " (no token is set for " + shown() + ": VERS_AUTH_TOKEN)" : error;
    }

    /** Asks and returns whatever is answered; that nobody answers is a failure. */
    RegistryClient.Reply call(String method, String path, @Nullable Mapping body) {
        byte[] json = body == null ? null : Json.write(body);
        String type = body == null ? null : "application/json";
        if (place == null) {
            return RegistryFinder.of(environment).call(RegistryClient.Request.of(method, path, json, type));
        }
        List<String> headers = place.token() == null ? List.of() : List.of("Authorization: Bearer " + place.token());
        try {
            URI uri = place.uri();
            RegistryClient.Reply reply = client(uri).call(
                    new RegistryClient.Request(method, uri.getRawPath() + path, json, type, headers));
            if (!reply.looksLikeJson() || (reply.status() >= 300 && reply.status() < 400)) {
                throw new IOException("what answers there is no registry");
            }
            return reply;
        } catch (FleetAddress.Unusable e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new RegistryFinder.NoRegistry(
                    "no registry answers on " + shown() + " (" + place.origin() + ": " + e.getMessage() + ")");
        }
    }

    private RegistryClient client(URI uri) {
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        int port = uri.getPort() < 0 ? secure ? 443 : 80 : uri.getPort();
        String host = uri.getHost();
        RegistryClient.Layer layer = secure ? new TlsLayer(host, port, environment) : null;
        return new RegistryClient(host, port, layer, PATIENCE_MILLIS);
    }
}
