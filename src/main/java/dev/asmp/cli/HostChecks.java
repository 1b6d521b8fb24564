package dev.asmp.cli;

import dev.asmp.cli.DoctorCommand.Finding;
import dev.asmp.cli.DoctorCommand.Level;
import dev.asmp.document.IoReason;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.FederationSettings;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Validation;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The checks of {@code asmp doctor} that need no running registry: profile, rights, disk, clock, limits, unit, clients. */
final class HostChecks {
    /** A group may be let through to the socket in the folder, and read the profile. */
    private static final Set<PosixFilePermission> TO_FOLDER = PosixFilePermissions.fromString("rwxr-x---");
    private static final Set<PosixFilePermission> TO_PROFILE = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> TO_SECRETS = PosixFilePermissions.fromString("rwx------");
    private static final long LITTLE = 100L << 20;
    private static final long SOME = 1L << 30;
    /** With fewer, a tree of ordinary size cannot be watched. */
    private static final long FEW_WATCHES = 65_536;

    private final Environment environment;
    private final List<Finding> findings = new ArrayList<>();

    private HostChecks(Environment environment) {
        this.environment = environment;
    }

    static List<Finding> of(Environment environment) throws IOException {
        HostChecks checks = new HostChecks(environment);
        checks.profile();
        checks.rights();
        checks.disk();
        checks.clock();
        checks.watches();
        checks.runtime();
        checks.unit();
        checks.clients();
        return checks.findings;
    }

    private void add(Level level, String subject, String text, @Nullable String advice) {
        findings.add(new Finding(level, subject, text, advice, null));
    }

    private void profile() throws IOException {
        Path file = environment.hostProfile();
        if (file == null) {
            add(Level.HINT, "profile", "there is none, so defaults are in force", "asmp init --host writes one");
            return;
        }
        try {
            List<Validation.Finding> problems = Validation.of(Files.readAllBytes(file), false, environment);
            for (Validation.Finding problem : problems) {
                add(problem.isWarning() ? Level.WARNING : Level.ERROR, "profile",
                        file + ":" + problem.line() + ":" + problem.column() + ": " + problem.said(),
                        "edit it, then asmp reload");
            }
            if (problems.isEmpty()) {
                add(Level.OK, "profile", file.toString(), null);
            }
        } catch (IOException e) {
            add(Level.ERROR, "profile", file + " cannot be read: " + IoReason.of(e),
                    "give yourself the right to read it");
        }
    }

    private void rights() throws IOException {
        Path home = environment.stateFolder();
        if (!Files.isDirectory(home)) {
            add(Level.HINT, "state", home + " does not exist yet", "asmp serve makes it");
            return;
        }
        if (!Files.isWritable(home)) {
            add(Level.ERROR, "state", "you may not write to " + home, "it belongs to "
                    + Files.getOwner(home).getName() + "; set ASMP_HOME to a folder of yours");
            return;
        }
        boolean good = true;
        for (Path path : List.of(home, home.resolve("services"))) {
            good &= allowsNoMore(path, TO_FOLDER);
        }
        for (Path path : List.of(home.resolve("token"), home.resolve("vms.jsonl"))) {
            good &= allowsNoMore(path, TO_SECRETS);
        }
        for (Path path : tokens()) {
            good &= allowsNoMore(path, TO_SECRETS);
        }
        Path profile = environment.hostProfile();
        good &= profile == null || !Files.exists(profile) || !Files.getOwner(profile).equals(Files.getOwner(home))
                || allowsNoMore(profile, TO_PROFILE);
        if (good) {
            add(Level.OK, "state", home.toString(), null);
        }
    }

    /** Whether others have these rights at most; adds what mends it where not. */
    private boolean allowsNoMore(Path path, Set<PosixFilePermission> most) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS) || Files.isSymbolicLink(path)) {
            return true;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
        Set<PosixFilePermission> kept = EnumSet.copyOf(permissions);
        kept.retainAll(most);
        if (kept.equals(permissions)) {
            return true;
        }
        findings.add(new Finding(Level.WARNING, "rights", "other users may read or write " + path + " ("
                + PosixFilePermissions.toString(permissions) + ")",
                "chmod " + octal(kept) + " '" + path + "', or asmp doctor --fix",
                () -> Files.setPosixFilePermissions(path, kept)));
        return false;
    }

    private static String octal(Set<PosixFilePermission> permissions) {
        String bits = PosixFilePermissions.toString(permissions).replaceAll("[rwx]", "1").replace('-', '0');
        return Integer.toOctalString(Integer.parseInt(bits, 2));
    }

    /** The files with the tokens of other hosts, and with the one that they must send. */
    private List<Path> tokens() throws IOException {
        try {
            FederationSettings federation = HostProfile.load(environment).federation();
            return Stream.concat(Stream.ofNullable(federation.tokenFile()),
                    federation.peers().stream().flatMap(peer -> Stream.ofNullable(peer.tokenFile()))).toList();
        } catch (MalformedDocumentException | InvalidDocumentException _) {
            return List.of(); // which is a finding of its own
        }
    }

    private void disk() throws IOException {
        Path folder = environment.stateFolder();
        while (!Files.exists(folder) && folder.getParent() != null) {
            folder = folder.getParent();
        }
        FileStore store = Files.getFileStore(folder);
        long free = store.getUsableSpace();
        String text = (free >> 20) + " MB are free where " + folder + " is";
        if (free < LITTLE) {
            add(Level.ERROR, "disk", text, "changes are refused when it is full: make room");
        } else {
            add(free < SOME ? Level.WARNING : Level.OK, "disk", text, free < SOME ? "make room" : null);
        }
    }

    /** A clock behind the state's own files was set back, or has lost its battery. */
    private void clock() throws IOException {
        Path last = environment.stateFolder().resolve("last-scan.json");
        Instant now = Instant.now();
        Instant written = Files.exists(last) ? Files.getLastModifiedTime(last).toInstant() : Instant.EPOCH;
        if (written.isAfter(now.plus(Duration.ofMinutes(1)))) {
            add(Level.WARNING, "clock", "it is " + now + " here, but the last scan was at " + written,
                    "set the clock, for example with timedatectl set-ntp true");
        } else {
            add(Level.OK, "clock", now.toString(), null);
        }
    }

    private void watches() {
        String limit = FileExcerpt.text(Path.of("/proc/sys/fs/inotify/max_user_watches")).strip();
        if (limit.matches("[0-9]{1,18}")) {
            boolean few = Long.parseLong(limit) < FEW_WATCHES;
            add(few ? Level.WARNING : Level.OK, "watches", "the system lets you watch " + limit + " folders", few
                    ? "sysctl fs.inotify.max_user_watches=524288; without a watch, changes are found by the next scan"
                    : null);
        }
    }

    private void runtime() {
        add(Level.OK, "runtime", "Java " + Runtime.version() + " in " + System.getProperty("java.home"), null);
    }

    private void unit() throws IOException {
        UserService service = UserService.of(environment);
        if (service == null) {
            add(Level.HINT, "unit", "there is neither systemd nor launchd to start the registry at login", null);
        } else if (Files.exists(service.file())) {
            boolean current = service.content().equals(FileExcerpt.text(service.file()));
            add(current ? Level.OK : Level.HINT, "unit",
                    service.file() + (current ? "" : " differs from what this version would write"),
                    current ? null : "asmp install replaces it");
        } else if (Files.exists(Path.of("/etc/systemd/system/asmp.service"))
                || Files.exists(Path.of("/usr/lib/systemd/system/asmp.service"))) {
            add(Level.OK, "unit", "asmp.service of the system", null);
        } else {
            add(Level.HINT, "unit", "nothing starts the registry when you log in", "asmp install");
        }
    }

    private void clients() {
        for (McpClient client : McpClient.values()) {
            if (client.isFound(environment)) {
                client(client, FileExcerpt.text(client.settings(environment)));
            }
        }
    }

    private void client(McpClient client, String settings) {
        String install = "asmp mcp install " + client.word() + " --write";
        String command = client.command(settings);
        if (client.isBroken(settings)) {
            add(Level.WARNING, "agents", client.title() + ": " + client.settings(environment) + " is no valid JSON",
                    "mend it by hand");
        } else if (!client.isNamed(settings)) {
            add(Level.HINT, "agents", client.title() + " does not know asmp", install);
        } else if (command != null && command.startsWith("/") && !Files.isExecutable(Path.of(command))) {
            add(Level.WARNING, "agents", client.title() + " starts " + Terminal.clean(command)
                    + ", which is not there", install);
        } else {
            add(Level.OK, "agents", client.title() + " knows asmp", null);
        }
    }
}
