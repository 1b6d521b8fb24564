package dev.asmp.mcp;

import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Environment;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The fleet's registry: at {@code VERS_INFRA_URL}, else where {@code ~/.vers/agent-services.json} says, else the local one.
 * The file is read at each call, since it may be put in place while this runs.
 */
final class FleetDoor implements Door {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final Environment environment;
    private final Door local;
    private @Nullable HttpClient client;

    FleetDoor(Environment environment, Door local) {
        this.environment = environment;
        this.local = local;
    }

    @Override
    public Reply call(String method, String path, byte @Nullable [] json) {
        Mapping file = settings();
        String url = setting("VERS_INFRA_URL", file, "url");
        return url == null
                ? local.call(method, path, json)
                : call(url, setting("VERS_AUTH_TOKEN", file, "token"), method,
                        path, json);
    }

    private @Nullable String setting(String variable, Mapping file, String key) {
        String value = environment.variable(variable);
        return value != null ? value : file.text(key);
    }

    private Mapping settings() {
        Path file = environment.home().resolve(".vers/agent-services.json");
        try {
            if (!Files.exists(file)) {
                return Mapping.EMPTY;
            }
            if (Json.read(Files.readAllBytes(file)) instanceof Mapping mapping) {
                return mapping;
            }
            throw new Unreachable(file + " must be an object with \"url\" and \"token\"");
        } catch (IOException | MalformedDocumentException e) {
            throw new Unreachable(file + " cannot be read: " + e.getMessage());
        }
    }

    private Reply call(String url, @Nullable String token, String method, String path, byte @Nullable [] json) {
        try {
            var request = java.net.http.HttpRequest.newBuilder(URI.create(url.strip().replaceAll("/+$", "") + path))
                    .timeout(ANSWER).header("Accept", "application/json")
                    .method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(json));
            if (json != null) {
                request.header("Content-Type", "application/json");
            }
            if (token != null) {
                request.header("Authorization", "Bearer " + token);
            }
            HttpResponse<byte[]> response = client().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new Unreachable("the fleet's registry at " + url + " does not answer"
                    + (e.getMessage() == null ? "" : " (" + e.getMessage() + ")")
                    + "; try again in a minute, and tell your user if it stays away");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new Unreachable("the call was ended before the fleet's registry answered");
        } catch (IllegalArgumentException _) {
            throw new Unreachable("'" + url + "' is not an address such as http://infra:3000: see VERS_INFRA_URL and"
                    + " ~/.vers/agent-services.json");
        }
    }

    /** Loaded when somebody asks for it: most machines are in no fleet. */
    private synchronized HttpClient client() {
        HttpClient ready = client;
        if (ready == null) {
            ready = HttpClient.newBuilder().connectTimeout(CONNECT).build();
            client = ready;
        }
        return ready;
    }
}
