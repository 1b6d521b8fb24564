package dev.asmp.cli;

import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Environment;
import dev.asmp.vers.ShellAuth;
import dev.asmp.vers.VersApi;
import dev.asmp.vers.VersException;
import dev.asmp.vers.VersKey;
import dev.asmp.vers.VersSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code asmp vers login} and {@code asmp vers whoami}: the key to Vers, which is never shown. */
final class VersCommand implements Command {
    static final List<String> VERBS = List.of("login", "whoami");
    private static final Duration PAUSE = Duration.ofSeconds(3);
    private static final List<String> KEYS = List.of("id_ed25519.pub", "id_ecdsa.pub", "id_rsa.pub");

    private final String verb;

    VersCommand(String verb) {
        this.verb = verb;
    }

    @Override
    public CommandSpec spec() {
        return verb.equals("login")
                ? new CommandSpec("vers login", "",
                        "get a key to Vers by mail and SSH key, and keep it for this account",
                        List.of(OptionSpec.value("--email", "ADDRESS", "where the link is sent"),
                                OptionSpec.flag("--new", "get another key although there is one")),
                        List.of("asmp vers login --email me@example.com"))
                : new CommandSpec("vers whoami", "", "show where the key to Vers comes from and whether it works",
                        List.of(), List.of("asmp vers whoami"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws Exception {
        arguments.noMoreThan(0);
        try {
            return verb.equals("login") ? logIn(arguments, session) : show(session);
        } catch (VersException | IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
    }

    private static int show(CommandContext session) {
        VersKey.Found found = new VersKey(session.environment()).find();
        if (found == null) {
            return session.miss("there is no key to Vers", "  asmp vers login gets one, VERS_API_KEY sets one");
        }
        VersSettings settings = VersSettings.of(session.environment());
        new VersApi(settings, found::key).validateKey();
        String owner = new VersKey(session.environment()).owner();
        Mapping said = Mapping.builder().put("key", found.shown()).put("origin", found.origin())
                .put("owner", owner).put("api", settings.api()).build();
        if (session.json()) {
            session.printJson(Json.write(said));
        } else {
            session.out().println("the key " + found.shown() + " from " + found.origin() + " works at " + settings.api()
                    + (owner == null ? "" : ", owner " + owner));
        }
        return DONE;
    }

    private int logIn(CommandArguments arguments, CommandContext session) throws IOException, InterruptedException {
        VersKey keys = new VersKey(session.environment());
        VersKey.Found found = keys.find();
        if (found != null && !arguments.has("--new")) {
            throw new CommandFailure("there is a key already, from " + found.origin() + "; --new gets another one");
        }
        ShellAuth login = new ShellAuth(VersSettings.of(session.environment()), publicKey(session.environment()));
        String email = login.knownEmail();
        if (email == null) {
            email = email(arguments, session);
            if (!login.begin(email)) {
                session.err().println("a mail is on its way to " + Terminal.clean(email)
                        + ": follow its link within 10 minutes (Ctrl-C gives up, nothing is kept then)");
                try (Progress progress = new Progress("waiting for the link, question", session)) {
                    boolean verified = login.await(email, PAUSE, question -> {
                        progress.accept(question);
                        return true;
                    });
                    if (!verified) {
                        throw new CommandFailure("the link was not followed; run asmp vers login again");
                    }
                }
            }
        }
        ShellAuth.Issued issued = login.issue(email);
        keys.save(issued.key(), issued.email()); // first of all: it is issued only once
        session.out().println("logged in as " + Terminal.clean(issued.email())
                + (issued.organisation() == null ? "" : " of " + Terminal.clean(issued.organisation()))
                + "; the key is in " + keys.file());
        return DONE;
    }

    private static String email(CommandArguments arguments, CommandContext session) throws IOException {
        String given = arguments.value("--email");
        if (given == null && session.terminal().isBounded()) {
            session.err().print("mail address: ");
            session.err().flush();
            byte[] line = new byte[400];
            int read = System.in.read(line);
            given = read < 0 ? null : new String(line, 0, read, StandardCharsets.UTF_8).strip();
        }
        if (given == null || given.isEmpty()) {
            throw new UsageError("--email is missing: this SSH key is not known at Vers yet");
        }
        return given;
    }

    private static String publicKey(Environment environment) throws IOException, InterruptedException {
        Path folder = environment.home().resolve(".ssh");
        @Nullable
        String known = first(folder);
        if (known != null) {
            return known;
        }
        Files.createDirectories(folder);
        String failure = ExternalProgram.run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                folder.resolve("id_ed25519").toString()), "ssh-keygen", environment);
        known = first(folder);
        if (failure != null || known == null) {
            throw new CommandFailure("there is no SSH key in " + folder + ", and none could be made: " + failure);
        }
        return known;
    }

    private static @Nullable String first(Path folder) {
        for (String name : KEYS) {
            try {
                return Files.readString(folder.resolve(name)).strip();
            } catch (IOException e) {
                if (!(e instanceof NoSuchFileException)) {
                    throw new CommandFailure(folder.resolve(name) + " cannot be read: " + IoReason.of(e));
                }
            }
        }
        return null;
    }
}
