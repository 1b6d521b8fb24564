package dev.asmp.client;

import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Environment;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configured address of a fleet's registry, or several with commas between them, and the token to send there. The environment has precedence over
 * {@code ~/.vers/agent-services.json}; the token in the file is sent to the address in the file only.
 *
 * @param origin the variable or file that the address is from
 */
record FleetAddress(String url, String origin, @Nullable String token) {
    /** Reads the configuration; null where there is none, which means the registry of this machine. */
    static @Nullable FleetAddress of(Environment environment) {
        Path file = environment.home().resolve(".vers/agent-services.json");
        String variable = address(environment.variable("VERS_INFRA_URL"));
        String secret = variable == null ? null : token(environment.variable("VERS_AUTH_TOKEN"), "VERS_AUTH_TOKEN");
        if (variable != null && secret != null) {
            return new FleetAddress(variable, "VERS_INFRA_URL", secret); // the file is not read, so it may be broken
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
            throw new RegistryException(file + " cannot be read: " + IoReason.of(e));
        } catch (MalformedDocumentException _) {
            // The sentence below says what is expected.
        }
        throw new RegistryException(file + " is not an object such as {\"url\": \"http://infra:3000\"}");
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
            throw new RegistryException("the token of " + origin + " has a blank or a character that cannot be sent");
        }
        return token;
    }

    /** Parses the addresses; one with a user, a query or a scheme other than HTTP is refused. */
    List<URI> uris() {
        List<URI> uris = new ArrayList<>();
        for (String one : url.split(",", -1)) {
            uris.add(uri(one.strip()));
        }
        return uris;
    }

    private URI uri(String one) {
        try {
            URI uri = new URI(one.endsWith("/") ? one.substring(0, one.length() - 1) : one);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (web && uri.getHost() != null && uri.getPort() <= 65_535 && uri.getPort() != 0
                    && uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException _) {
            // The sentence below says what is expected.
        }
        // The address itself stays out of the message: it may hold a password.
        throw new RegistryException(origin + " is not an address such as http://infra:3000 or https://infra"
                + (url.indexOf(',') < 0 ? "" : ", or several with commas between them"));
    }
}
