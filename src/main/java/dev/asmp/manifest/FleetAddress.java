package dev.asmp.manifest;

import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import java.io.IOException;
import java.io.Serial;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the registry of a fleet is, who says so, and the token that goes there. The environment's word counts more than that
 * of {@code ~/.vers/agent-services.json}, and the token of the file goes to the address of the file only.
 */
public record FleetAddress(String url, String origin, @Nullable String token) {
    /** What is set cannot be used; the message says what it is and where it stands, but not what it holds. */
    public static final class Unusable extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1;

        Unusable(String message) {
            super(message);
        }
    }

    /** As it is set at this moment; null where none is, so that it is the registry of this machine. */
    public static @Nullable FleetAddress of(Environment environment) {
        Path file = environment.home().resolve(".vers/agent-services.json");
        String variable = address(environment.variable("VERS_INFRA_URL"));
        String secret = variable == null ? null : token(environment.variable("VERS_AUTH_TOKEN"), "VERS_AUTH_TOKEN");
        if (variable != null && secret != null) {
            return new FleetAddress(variable, "VERS_INFRA_URL", secret); // whatever state the file is in
        }
        Mapping written = settings(file);
        String fromFile = address(written.text("url"));
        if (variable == null && fromFile == null) {
            return null;
        }
        String url = variable == null ? String.valueOf(fromFile) : variable;
        String token = token(environment.variable("VERS_AUTH_TOKEN"), "VERS_AUTH_TOKEN");
        if (token == null && (fromFile == null || fromFile.equals(url))) {
            token = token(written.text("token"), file.toString());
        }
        return new FleetAddress(url, variable == null ? file.toString() : "VERS_INFRA_URL", token);
    }

    private static Mapping settings(Path file) {
        try {
            if (Json.read(Files.readAllBytes(file)) instanceof Mapping mapping) {
                return mapping;
            }
        } catch (NoSuchFileException _) {
            return Mapping.EMPTY;
        } catch (IOException e) {
            throw new Unusable(file + " cannot be read: " + e.getMessage());
        } catch (MalformedDocumentException _) {
            // The sentence below says what is expected.
        }
        throw new Unusable(file + " is not an object such as {\"url\": \"http://infra:3000\"}");
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
            throw new Unusable("the token of " + origin + " has a blank or a character that cannot be sent");
        }
        return token;
    }

    /** The address in its parts; one with a name and password, a query or another scheme is not meant. */
    public URI uri() {
        try {
            URI uri = new URI(url);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (web && uri.getHost() != null && uri.getPort() <= 65_535 && uri.getPort() != 0
                    && uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException _) {
            // The sentence below says what is expected.
        }
        // Not the address itself: who writes a password into it does not want it in a log.
        throw new Unusable(origin + " is not an address such as http://infra:3000 or https://infra");
    }
}
