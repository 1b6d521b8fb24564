package dev.asmp.cli;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Environment;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The registry of a fleet: at {@code VERS_INFRA_URL}, else where {@code ~/.vers/agent-services.json} says, else the one of
 * this machine, which asks for no token and is sent none. The token of the file goes to the address of the file only.
 */
final class VmRegistry {
    private static final int PATIENCE_MILLIS = 15_000;

    private final Environment environment;
    /** Null for the registry of this machine. */
    private final @Nullable Place place;
    private final @Nullable String token;

    /** An address and how we came to it. */
    private record Place(String url, String origin) {}

    private VmRegistry(Environment environment, @Nullable Place place, @Nullable String token) {
        this.environment = environment;
        this.place = place;
        this.token = token;
    }

    static VmRegistry of(Environment environment) {
        Path file = environment.home().resolve(".vers/agent-services.json");
        Mapping written = settings(file);
        String fromFile = address(written.text("url"));
        String variable = address(environment.variable("VERS_INFRA_URL"));
        if (variable == null && fromFile == null) {
            return new VmRegistry(environment, null, null);
        }
        Place place = variable == null
                ? new Place(String.valueOf(fromFile), file.toString())
                : new Place(variable, "VERS_INFRA_URL");
        String token = token(environment.variable("VERS_AUTH_TOKEN"), "VERS_AUTH_TOKEN");
        if (token == null && (fromFile == null || fromFile.equals(place.url))) {
            token = token(written.text("token"), file.toString());
        }
        return new VmRegistry(environment, place, token);
    }

    private static Mapping settings(Path file) {
        try {
            return Session.mapping(Files.readAllBytes(file));
        } catch (NoSuchFileException _) {
            return Mapping.EMPTY;
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be read: " + e.getMessage());
        } catch (CommandFailure _) {
            throw new CommandFailure(file + " is not an object such as {\"url\": \"http://infra:3000\"}");
        }
    }

    private static @Nullable String address(@Nullable String written) {
        return written == null || written.isBlank() ? null : written.strip().replaceAll("/+$", "");
    }

    private static @Nullable String token(@Nullable String written, String origin) {
        if (written == null || written.isBlank()) {
            return null;
        }
        String token = written.strip();
        if (!token.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new CommandFailure("the token of " + origin + " has a blank or a character that cannot be sent");
        }
        return token;
    }

    /** Where the registry is, for a person. */
    String shown() {
        return place == null ? "the registry of this machine" : Terminal.clean(place.url);
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
        List<String> headers = token == null ? List.of() : List.of("Authorization: Bearer " + token);
        try {
            URI uri = uri(place);
            RegistryClient.Reply reply = client(uri).call(
                    new RegistryClient.Request(method, uri.getRawPath() + path, json, type, headers));
            if (!reply.looksLikeJson() || (reply.status() >= 300 && reply.status() < 400)) {
                throw new IOException("what answers there is no registry");
            }
            return reply;
        } catch (IOException e) {
            throw new RegistryFinder.NoRegistry(
                    "no registry answers on " + shown() + " (" + place.origin + ": " + e.getMessage() + ")");
        }
    }

    private RegistryClient client(URI uri) {
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        int port = uri.getPort() < 0 ? secure ? 443 : 80 : uri.getPort();
        String host = uri.getHost();
        RegistryClient.Layer layer = secure ? new TlsLayer(host, port, environment.variable("VERS_CA_FILE")) : null;
        return new RegistryClient(host, port, layer, PATIENCE_MILLIS);
    }

    /** The address in its parts; one with a name and password, a query or another scheme is not meant. */
    private static URI uri(Place place) {
        try {
            URI uri = new URI(place.url);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (web && uri.getHost() != null && uri.getPort() <= 65_535 && uri.getPort() != 0
                    && uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException _) {
            // The sentence below says what is expected.
        }
        // Not the address itself: who writes a password into it does not want it in a log.
        throw new CommandFailure(place.origin + " is not an address such as http://infra:3000 or https://infra");
    }
}
