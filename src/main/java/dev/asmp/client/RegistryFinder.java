package dev.asmp.client;

import dev.asmp.document.IoReason;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
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
 * A client of this machine's registry, which it finds at each call: at {@code ASMP_REGISTRY_URL}, else on the Unix socket or
 * the port that a running daemon keeps in {@code daemon.json} in the state folder, else on the socket of the system's service,
 * else at the address in {@code host.yaml}, else at the default. Reading {@code daemon.json} is quicker than parsing the
 * profile.
 */
public final class RegistryFinder implements RegistryApi {
    private static final String VARIABLE = "ASMP_REGISTRY_URL";
    private static final String SYSTEM_SOCKET = "/run/asmp/asmp.sock";

    private final Environment environment;
    private final RegistryClient.Limits limits;
    private final boolean isLasting;

    /** An address or the path of a Unix socket, and the variable or file that it is from. */
    private record Candidate(String place, boolean isSocket, String origin) {
        RegistryClient client(RegistryClient.Limits limits) {
            return isSocket ? RegistryClient.on(place, limits) : RegistryFinder.client(place, limits);
        }
    }

    public RegistryFinder(Environment environment) {
        this(environment, RegistryClient.Limits.LOCAL, false);
    }

    private RegistryFinder(Environment environment, RegistryClient.Limits limits, boolean isLasting) {
        this.environment = environment;
        this.limits = limits;
        this.isLasting = isLasting;
    }

    /** A client for a program that lives on after its first request. */
    public static RegistryFinder lasting(Environment environment) {
        return new RegistryFinder(environment, RegistryClient.Limits.LOCAL, true);
    }

    RegistryFinder(Environment environment, int maxBytes) {
        this(environment, new RegistryClient.Limits(RegistryClient.Limits.LOCAL.silenceMillis(),
                RegistryClient.Limits.LOCAL.totalMillis(), maxBytes), false);
    }

    /** Calls the registry; a failure names the addresses that were tried and how to start one. */
    @Override
    public Reply call(Request request) {
        List<String> tried = new ArrayList<>();
        List<Candidate> known = known(request.method().equals("GET"));
        for (Candidate candidate : known) {
            Reply reply = attempt(candidate, request, tried);
            boolean isCrowded = reply != null && reply.status() == 503 && !candidate.equals(known.getLast());
            if (reply != null && !isCrowded) {
                return reply;
            }
        }
        if (variable() == null) {
            Candidate profile = fromProfile();
            Reply reply = known.stream().anyMatch(one -> one.place.equals(profile.place))
                    ? null
                    : attempt(profile, request, tried);
            if (reply != null) {
                return reply;
            }
        }
        throw new RegistryException.Unreachable("no registry answers on " + String.join(", nor on ", tried)
                + "; start one with: asmp serve");
    }

    /** The address that is tried first, of those that are not Unix sockets. */
    public String url() {
        for (Candidate candidate : known(true)) {
            if (!candidate.isSocket) {
                return candidate.place;
            }
        }
        return fromProfile().place;
    }

    private @Nullable Reply attempt(Candidate candidate, Request request, List<String> tried) {
        try {
            Reply reply = candidate.client(limits).call(request);
            if (!reply.looksLikeJson()) {
                throw new IOException("what answers there is not a registry");
            }
            return reply;
        } catch (IOException e) {
            tried.add(candidate.place + " (" + candidate.origin + ": " + IoReason.of(e) + ")");
            return null;
        }
    }

    /** A client for the first place, whether or not a registry answers there now. */
    RegistryClient client() {
        List<Candidate> known = known(false);
        return (known.isEmpty() ? fromProfile() : known.getFirst()).client(limits);
    }

    static RegistryClient client(String url, RegistryClient.Limits limits) {
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

    private @Nullable String variable() {
        String variable = environment.variable(VARIABLE);
        return variable == null || variable.isBlank() ? null : variable;
    }

    /**
     * The places that need no profile to be found; the first is the best. A command that reads prefers the port if that is open
     * to all: the JDK takes 40 ms to load what a Unix socket needs, which is longer than the rest of the command.
     */
    private List<Candidate> known(boolean isReading) {
        String variable = variable();
        if (variable != null) {
            return List.of(new Candidate(variable, false, VARIABLE));
        }
        Path info = environment.stateFolder().resolve("daemon.json");
        List<Candidate> known = new ArrayList<>(2);
        try {
            Mapping daemon = JsonReader.mapping(Files.readAllBytes(info));
            String socket = daemon.text("socket");
            String url = daemon.text("url");
            if (socket != null) {
                known.add(new Candidate(socket, true, info.toString()));
            }
            if (url != null) {
                known.add(isReading && !isLasting && "open".equals(daemon.text("tcp")) ? 0 : known.size(),
                        new Candidate(url, false, info.toString()));
            }
        } catch (IOException | RegistryException _) {
            // No daemon has served this folder yet, or it is just starting.
        }
        if (known.isEmpty() && !Files.exists(environment.stateFolder().resolve("host.yaml"))
                && Files.exists(environment.files().getPath(SYSTEM_SOCKET))) {
            known.add(new Candidate(SYSTEM_SOCKET, true, "the system's service"));
        }
        return known;
    }

    private Candidate fromProfile() {
        Path file = environment.hostProfile();
        if (file == null) {
            return new Candidate(ApiAddress.DEFAULT.url(), false, "the default");
        }
        try {
            return new Candidate(HostProfile.load(environment).api().url(), false, file.toString());
        } catch (IOException e) {
            throw new RegistryException(file + " cannot be read: " + IoReason.of(e, file));
        } catch (MalformedDocumentException | InvalidDocumentException e) {
            throw new RegistryException(file + ": " + IoReason.of(e));
        }
    }
}
