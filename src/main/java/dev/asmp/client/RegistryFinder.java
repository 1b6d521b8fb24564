package dev.asmp.client;

import dev.asmp.document.IoReason;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.manifest.ApiAddress;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client of this machine's registry, whose address it finds at each call: {@code ASMP_REGISTRY_URL}, else the
 * {@code daemon.json} that a running daemon keeps in the state folder, else {@code host.yaml}, else the default. Reading
 * {@code daemon.json} is quicker than parsing the profile.
 */
public final class RegistryFinder implements RegistryApi {
    private final Environment environment;
    private final RegistryClient.Limits limits;

    /** An address, and the variable or file that it is from. */
    private record Candidate(String url, String origin) {}

    public RegistryFinder(Environment environment) {
        this.environment = environment;
        this.limits = RegistryClient.Limits.LOCAL;
    }

    RegistryFinder(Environment environment, int maxBytes) {
        this.environment = environment;
        RegistryClient.Limits usual = RegistryClient.Limits.LOCAL;
        this.limits = new RegistryClient.Limits(usual.silenceMillis(), usual.totalMillis(), maxBytes);
    }

    /** Calls the registry; a failure names the addresses that were tried and how to start one. */
    @Override
    public Reply call(Request request) {
        List<String> tried = new ArrayList<>();
        Candidate first = first();
        Reply reply = first == null ? null : attempt(first, request, tried);
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
        throw new RegistryException.Unreachable("no registry answers on " + String.join(", nor on ", tried)
                + "; start one with: asmp serve");
    }

    /** The address that is tried first. */
    public String url() {
        Candidate first = first();
        return first == null ? fromProfile().url : first.url;
    }

    private @Nullable Reply attempt(Candidate candidate, Request request,
            List<String> tried) {
        try {
            Reply reply = client(candidate.url, limits).call(request);
            if (!reply.looksLikeJson()) {
                throw new IOException("what answers there is not a registry");
            }
            return reply;
        } catch (IOException e) {
            tried.add(candidate.url + " (" + candidate.origin + ": " + IoReason.of(e) + ")");
            return null;
        }
    }

    /** A client for the first address, whether or not a registry answers there now. */
    RegistryClient client() {
        return client(url());
    }

    static RegistryClient client(String url) {
        return client(url, RegistryClient.Limits.LOCAL);
    }

    private static RegistryClient client(String url, RegistryClient.Limits limits) {
        try {
            URI uri = new URI(url.strip());
            String host = uri.getHost();
            if (!"http".equalsIgnoreCase(uri.getScheme()) || host == null || uri.getPort() > 65_535) {
                throw notAnAddress(url);
            }
            return new RegistryClient(host, uri.getPort() < 0 ? 80 : uri.getPort(), null, limits);
        } catch (URISyntaxException _) {
            throw notAnAddress(url);
        }
    }

    private static RegistryException notAnAddress(String url) {
        return new RegistryException("'" + url + "' is not an address such as http://127.0.0.1:7700");
    }

    private @Nullable Candidate first() {
        String variable = environment.variable("ASMP_REGISTRY_URL");
        if (variable != null && !variable.isBlank()) {
            return new Candidate(variable, "ASMP_REGISTRY_URL");
        }
        Path info = environment.stateFolder().resolve("daemon.json");
        try {
            String url = JsonReader.mapping(Files.readAllBytes(info)).text("url");
            return url == null ? null : new Candidate(url, info.toString());
        } catch (IOException | RegistryException _) {
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
        } catch (IOException e) {
            throw new RegistryException(file + " cannot be read: " + IoReason.of(e, file));
        } catch (MalformedDocumentException | InvalidDocumentException e) {
            throw new RegistryException(file + ": " + IoReason.of(e));
        }
    }
}
