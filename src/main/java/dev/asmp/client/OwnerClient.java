package dev.asmp.client;

import dev.asmp.document.IoReason;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.ApiAddress;
import dev.asmp.manifest.Environment;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A client with the owner's token. The token is sent to the daemon that serves this state folder only: that process must
 * live, belong to the same user and listen on loopback, so that no other program can obtain the token.
 */
public final class OwnerClient implements RegistryApi {
    private final Environment environment;
    private final Path home;

    public OwnerClient(Environment environment) {
        this.environment = environment;
        this.home = environment.stateFolder();
    }

    @Override
    public Reply call(Request request) {
        Mapping served = served();
        String socket = served.text("socket");
        String url = served.text("url");
        Request signed = request.with("Authorization", "Bearer " + token());
        try {
            if (socket != null && (url == null || Files.exists(environment.files().getPath(socket)))) {
                return RegistryClient.on(socket, RegistryClient.Limits.LOCAL).call(signed);
            }
            return RegistryFinder.client(url(), RegistryClient.Limits.LOCAL).call(signed);
        } catch (IOException e) {
            throw new RegistryException("the registry on " + (socket == null ? url : socket) + " does not answer: "
                    + IoReason.of(e));
        }
    }

    /**
     * Sends a request whose answer is lines that arrive while something runs; the receiver tells whether to read on. The port
     * comes first: the JDK takes tens of milliseconds to load what a Unix socket needs.
     */
    public void stream(Request request, int silenceMillis, Predicate<String> lines) throws IOException {
        Mapping served = served();
        String socket = served.text("socket");
        String url = served.text("url");
        Request signed = request.with("Authorization", "Bearer " + token());
        if (url != null) {
            try {
                RegistryFinder.client(url, RegistryClient.Limits.LOCAL)
                        .stream(signed, silenceMillis, () -> {}, lines::test);
                return;
            } catch (ConnectException | RegistryException.Busy e) {
                if (socket == null || !Files.exists(environment.files().getPath(socket))) {
                    throw e;
                }
            }
        }
        RegistryClient.on(String.valueOf(socket), RegistryClient.Limits.LOCAL)
                .stream(signed, silenceMillis, () -> {}, lines::test);
    }

    /** Tells whether there is a daemon that the token may be sent to. */
    public boolean isHere() {
        try {
            served();
            return Files.isReadable(home.resolve("token"));
        } catch (RegistryException _) {
            return false;
        }
    }

    /** The daemon that serves this state folder now. */
    public ProcessHandle daemonProcess() {
        return process(daemon()).orElseThrow(() -> new RegistryException(
                "the daemon that served " + home + " is not running; start it with: asmp serve"));
    }

    /** The address of the daemon that serves this state folder; refused where the token must not be sent there. */
    public String url() {
        String url = served().text("url");
        if (url == null) {
            throw new RegistryException("the registry of " + home + " has no port, since registry.tcp is off"
                    + " in host.yaml: with tcp: token it has one for its owner only (asmp stop, asmp serve)");
        }
        return url;
    }

    /** What the daemon of this state folder wrote; refused where the token must not be sent to it. */
    private Mapping served() {
        Mapping info = daemon();
        String url = info.text("url");
        Optional<String> user = daemonProcess().info().user();
        if (user.isEmpty() || !user.equals(ProcessHandle.current().info().user())) {
            throw new RegistryException("the daemon of " + home + " belongs to " + user.orElse("another user")
                    + ", and only that user speaks for the owner here");
        }
        if (url != null && !isOnLoopback(url)) {
            throw new RegistryException(url + " is not on this machine, so the owner's token is not sent there");
        }
        String elsewhere = environment.variable("ASMP_REGISTRY_URL");
        if (elsewhere != null && !elsewhere.strip().replaceAll("/$", "").equals(url)) {
            throw new RegistryException("ASMP_REGISTRY_URL is " + elsewhere + ", but the owner speaks to "
                    + (url == null ? info.text("socket") : url) + " only, which serves " + home);
        }
        return info;
    }

    private static boolean isOnLoopback(String url) {
        try {
            return ApiAddress.isLoopback(Objects.requireNonNullElse(new URI(url).getHost(), ""));
        } catch (URISyntaxException _) {
            return false;
        }
    }

    private Mapping daemon() {
        try {
            Mapping info = JsonReader.mapping(Files.readAllBytes(home.resolve("daemon.json")));
            if (info.text("url") != null || info.text("socket") != null) {
                return info;
            }
        } catch (IOException | RegistryException _) {
            // No daemon has served this folder yet, or it was stopped.
        }
        throw new RegistryException("no daemon serves " + home + "; start one with: asmp serve");
    }

    /** The daemon's process, if it lives; a later process with the same number has another start time. */
    private static Optional<ProcessHandle> process(Mapping info) {
        String pid = info.text("pid");
        return pid == null || !pid.matches("[0-9]{1,18}")
                ? Optional.empty()
                : ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive).filter(process -> process.info()
                        .startInstant().map(moment -> moment.toString().equals(info.text("started"))).orElse(true));
    }

    private String token() {
        Path file = home.resolve("token");
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new RegistryException("the owner's token " + file + " cannot be read: " + IoReason.of(e));
        }
    }
}
