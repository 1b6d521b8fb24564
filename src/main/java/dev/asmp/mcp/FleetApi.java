package dev.asmp.mcp;

import dev.asmp.manifest.Environment;
import dev.asmp.manifest.FleetAddress;
import dev.asmp.manifest.TrustAnchors;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The fleet's registry, wherever it is. That is asked at each call, since it may be set while this runs. */
final class FleetApi implements RegistryApi {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    /** An agent would choke on more anyway. */
    private static final int MAX_ANSWER = 64 * 1024 * 1024;

    private final Environment environment;
    private final RegistryApi local;
    private @Nullable HttpClient client;

    FleetApi(Environment environment, RegistryApi local) {
        this.environment = environment;
        this.local = local;
    }

    @Override
    public Reply call(String method, String path, byte @Nullable [] json) {
        try {
            FleetAddress place = FleetAddress.of(environment);
            return place == null ? local.call(method, path, json) : call(place, method, path, json);
        } catch (FleetAddress.Unusable e) {
            throw new Unreachable(String.valueOf(e.getMessage()));
        }
    }

    private Reply call(FleetAddress place, String method, String path, byte @Nullable [] json) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(place.uri().resolve(place.uri().getRawPath() + path))
                    .timeout(ANSWER).header("Accept", "application/json")
                    .method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(json));
            if (json != null) {
                request.header("Content-Type", "application/json");
            }
            if (place.token() != null) {
                request.header("Authorization", "Bearer " + place.token());
            }
            HttpResponse<InputStream> response = client().send(request.build(), BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                return new Reply(response.statusCode(), body.readNBytes(MAX_ANSWER));
            }
        } catch (IOException e) {
            throw new Unreachable("the fleet's registry at " + place.url() + " does not answer"
                    + (e.getMessage() == null ? "" : " (" + e.getMessage() + ")")
                    + "; try again in a minute, and tell your user if it stays away");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new Unreachable("the call was ended before the fleet's registry answered");
        }
    }

    /** Loaded when somebody asks for it: most machines are in no fleet. */
    private synchronized HttpClient client() throws IOException {
        HttpClient ready = client;
        if (ready == null) {
            ready = HttpClient.newBuilder().connectTimeout(CONNECT).sslContext(TrustAnchors.of(environment)).build();
            client = ready;
        }
        return ready;
    }
}
