package dev.asmp.cli;

import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.ApiAddress;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.InvalidDocumentException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where to ask: {@code ASMP_REGISTRY_URL}, else what {@code host.yaml} says, else the default. A daemon that serves the state
 * folder has written down where it listens, and reading that is quicker than parsing the profile; so that is tried first.
 */
final class RegistryFinder {
    private final Environment environment;

    /** An address and how we came to it. */
    private record Candidate(String url, String origin) {}

    private RegistryFinder(Environment environment) {
        this.environment = environment;
    }

    static RegistryFinder of(Environment environment) {
        return new RegistryFinder(environment);
    }

    /** Calls the registry; a failure says where it was looked for and how to start one. */
    RegistryClient.Reply call(RegistryClient.Request request) {
        List<String> tried = new ArrayList<>();
        Candidate first = first();
        RegistryClient.Reply reply = first == null ? null : attempt(first, request, tried);
        if (reply != null) {
            return reply;
        }
        if (first == null || !first.origin.equals("ASMP_REGISTRY_URL")) {
            Candidate profile = fromProfile();
            if (first == null || !first.url.equals(profile.url)) {
                reply = attempt(profile, request, tried);
            }
        }
        if (reply != null) {
            return reply;
        }
        throw new NoRegistry("no registry answers on " + String.join(", nor on ", tried)
                + "; start one with: asmp serve");
    }

    /** Where a registry is looked for first. */
    String url() {
        Candidate first = first();
        return first == null ? fromProfile().url : first.url;
    }

    /** Nobody answered anywhere. */
    static final class NoRegistry extends CommandFailure {
        private static final long serialVersionUID = 1L;

        NoRegistry(String message) {
            super(message);
        }
    }

    private RegistryClient.@Nullable Reply attempt(Candidate candidate, RegistryClient.Request request,
            List<String> tried) {
        try {
            RegistryClient.Reply reply = client(candidate.url).call(request);
            if (!reply.looksLikeJson()) {
                throw new IOException("what answers there is no registry");
            }
            return reply;
        } catch (IOException e) {
            tried.add(candidate.url + " (" + candidate.origin + ": " + e.getMessage() + ")");
            return null;
        }
    }

    /** The address to stay with for a stream: the first one, whether or not it answers now. */
    RegistryClient client() {
        Candidate first = first();
        return client(first == null ? fromProfile().url : first.url);
    }

    static RegistryClient client(String url) {
        try {
            URI uri = new URI(url.strip());
            String host = uri.getHost();
            if (!"http".equalsIgnoreCase(uri.getScheme()) || host == null || uri.getPort() > 65_535) {
                throw new CommandFailure(
                        "'" + Terminal.clean(url) + "' is not an address such as http://127.0.0.1:7700");
            }
            return new RegistryClient(host, uri.getPort() < 0 ? 80 : uri.getPort());
        } catch (URISyntaxException _) {
            throw new CommandFailure("'" + Terminal.clean(url) + "' is not an address such as http://127.0.0.1:7700");
        }
    }

    private @Nullable Candidate first() {
        String variable = environment.variable("ASMP_REGISTRY_URL");
        if (variable != null && !variable.isBlank()) {
            return new Candidate(variable, "ASMP_REGISTRY_URL");
        }
        Path info = environment.stateFolder().resolve("daemon.json");
        try {
            String json = new String(Files.readAllBytes(info), StandardCharsets.UTF_8);
            String url = json.isEmpty()
                    ? null
                    : ((Mapping) JsonReader.read(json.getBytes(StandardCharsets.UTF_8)))
                            .text("url");
            return url == null ? null : new Candidate(url, info.toString());
        } catch (IOException | CommandFailure | ClassCastException _) {
            return null; // no daemon has served this folder yet, or it is just starting
        }
    }

    private Candidate fromProfile() {
        Path file = environment.hostProfile();
        if (file == null) {
            return new Candidate(ApiAddress.DEFAULT.url(), "the default");
        }
        try {
            return new Candidate(HostProfile.load(environment).api().url(), file.toString());
        } catch (IOException | MalformedDocumentException | InvalidDocumentException e) {
            throw new CommandFailure(file + ": " + e.getMessage());
        }
    }
}
