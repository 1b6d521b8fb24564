package dev.asmp.cli;

import dev.asmp.document.Mapping;
import dev.asmp.manifest.ApiAddress;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Speaks for the owner: with the token of a state folder, and to nobody but the daemon that serves this very folder. That
 * daemon must be alive, belong to the same user and listen on loopback, so that the token cannot be lured away.
 */
final class OwnerClient {
    private final CommandContext session;
    private final Path home;

    OwnerClient(CommandContext session) {
        this.session = session;
        this.home = session.environment().stateFolder();
    }

    /** Asks for something that only the owner may do. */
    byte[] call(String method, String path, byte @Nullable [] body, @Nullable String ifMatch) {
        String url = servedAt();
        List<String> headers = new ArrayList<>(List.of("Authorization: Bearer " + token()));
        if (ifMatch != null) {
            headers.add("If-Match: \"" + ifMatch + "\"");
        }
        try {
            return CommandContext
                    .accepted(RegistryFinder.client(url).call(new RegistryClient.Request(method, path, body,
                            body == null ? null : "application/json", headers)));
        } catch (IOException e) {
            throw new CommandFailure("the registry on " + url + " does not answer: " + e.getMessage());
        }
    }

    /** Whether there is a daemon here that the token may be sent to. */
    boolean isHere() {
        try {
            servedAt();
            return Files.isReadable(home.resolve("token"));
        } catch (CommandFailure _) {
            return false;
        }
    }

    private String servedAt() {
        Mapping info = daemon();
        String url = String.valueOf(info.text("url"));
        ProcessHandle daemon = process(info).orElseThrow(
                () -> new CommandFailure(
                        "the daemon that served " + home + " is not running; start it with: asmp serve"));
        Optional<String> user = daemon.info().user();
        if (user.isEmpty() || !user.equals(ProcessHandle.current().info().user())) {
            throw new CommandFailure("the daemon of " + home + " belongs to " + user.orElse("somebody else")
                    + ", and only that user speaks for the owner here");
        }
        if (!isOnLoopback(url)) {
            throw new CommandFailure(url + " is not on this machine, so the owner's token is not sent there");
        }
        String elsewhere = session.environment().variable("ASMP_REGISTRY_URL");
        if (elsewhere != null && !elsewhere.strip().replaceAll("/$", "").equals(url)) {
            throw new CommandFailure("ASMP_REGISTRY_URL is " + Terminal.clean(elsewhere) + ", but the owner speaks to "
                    + url + " only, which serves " + home);
        }
        return url;
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
            Mapping info = CommandContext.mapping(Files.readAllBytes(home.resolve("daemon.json")));
            if (info.text("url") != null) {
                return info;
            }
        } catch (IOException | CommandFailure _) {
            // Nobody has served this folder yet, or the daemon has stopped in order.
        }
        throw new CommandFailure("no daemon serves " + home + "; start one with: asmp serve");
    }

    /** The daemon's process: alive, and not another one that has its number now. */
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
            throw new CommandFailure("the owner's token " + file + " cannot be read: " + e.getMessage());
        }
    }
}
