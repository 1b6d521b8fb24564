package dev.asmp.federation;

import dev.asmp.client.PeerClient;
import dev.asmp.document.IoReason;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.Printable;
import dev.asmp.store.DurableFile;
import dev.asmp.store.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tunnel to a peer's listener that the system's {@code ssh} keeps. Its end here is a Unix socket in a fresh folder of mode
 * 0700, so that no other program can take its place. Keys, known hosts and names are those of the user's own configuration;
 * nothing is asked, so a host that is not known is a failure.
 */
final class SshTunnel implements PeerLink {
    private static final Duration READY = Duration.ofSeconds(12);
    private static final int LONGEST_MESSAGE = 4_096;
    private static final String FOLDER = "asmp-peer-";

    /** Notes the process, so that one that a killed daemon left behind is ended by the next. */
    private final Path note;
    private final Path notes;
    private final String target;
    private final int port;
    private final int longest;
    private final Environment environment;
    private @Nullable Process process;
    private @Nullable Path folder;
    private @Nullable Thread reader;
    private volatile @Nullable PeerClient client;
    private volatile boolean aborted;
    private volatile String said = "";

    SshTunnel(String host, String target, int port, int longest, Environment environment) {
        this.notes = environment.stateFolder().resolve(Federation.FOLDER);
        this.note = notes.resolve(host + ".ssh");
        this.target = target;
        this.port = port;
        this.longest = longest;
        this.environment = environment;
    }

    /** The command; the target stands behind {@code --}, so that it is never an option. */
    static List<String> command(String ssh, String target, int port, Path socket) {
        return List.of(ssh, "-N", "-T", "-a", "-x", "-o", "BatchMode=yes", "-o", "ExitOnForwardFailure=yes", "-o",
                "ConnectTimeout=8", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=2", "-o",
                "ControlMaster=no", "-o", "ControlPath=none", "-o", "PermitLocalCommand=no", "-o",
                "StreamLocalBindMask=0177", "-L", socket + ":127.0.0.1:" + port, "--", target);
    }

    @Override
    public synchronized PeerClient open() throws IOException {
        PeerClient opened = client;
        if (opened != null && process != null && process.isAlive()) {
            return opened;
        }
        reset();
        endFormer();
        String program = program();
        Path fresh = Files.createTempDirectory(FOLDER); // with mode 0700
        folder = fresh;
        Path socket = fresh.resolve("s");
        said = "";
        Process started = new ProcessBuilder(command(program, target, port, socket))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        process = started;
        remember(started, fresh);
        reader = Thread.ofVirtual().name("ssh-messages").start(() -> listen(started));
        await(started, socket);
        PeerClient made = PeerClient.on(socket, longest);
        client = made;
        if (aborted) {
            made.abort();
        }
        return made;
    }

    private void remember(Process started, Path used) throws IOException {
        String line = started.pid() + " " + started.info().startInstant().map(Instant::toEpochMilli).orElse(0L) + " "
                + used;
        PrivateFiles.makeFolder(notes);
        DurableFile.replaceUnforced(note, out -> out.write(line.getBytes(StandardCharsets.UTF_8)));
    }

    /** Ends the tunnel of a daemon that was killed. */
    private void endFormer() throws IOException {
        if (!Files.isRegularFile(note, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        String[] words = Files.readString(note).split(" ", 3);
        if (words.length == 3 && words[0].matches("[0-9]{1,10}") && words[1].matches("[0-9]{1,15}")) {
            ProcessHandle.of(Long.parseLong(words[0])).filter(former -> former.info().startInstant()
                    .map(Instant::toEpochMilli).orElse(-1L) == Long.parseLong(words[1]))
                    .ifPresent(ProcessHandle::destroy);
            Path left = environment.files().getPath(words[2]);
            if (left.getFileName() != null && left.getFileName().toString().startsWith(FOLDER)) {
                Files.deleteIfExists(left.resolve("s"));
                Files.deleteIfExists(left);
            }
        }
        Files.deleteIfExists(note);
    }

    private String program() throws IOException {
        String path = environment.variable("PATH");
        for (String place : (path == null ? "/usr/bin:/bin" : path).split(":", -1)) {
            Path file = place.isEmpty() ? null : environment.files().getPath(place, "ssh");
            if (file != null && Files.isExecutable(file)) {
                return file.toString();
            }
        }
        throw new IOException("there is no ssh on the path");
    }

    /** Keeps the last line that ssh says, and reads all of it, so that ssh never waits for a reader. */
    private void listen(Process started) {
        byte[] buffer = new byte[LONGEST_MESSAGE];
        try (InputStream messages = started.getErrorStream()) {
            for (int n = messages.read(buffer); n >= 0; n = messages.read(buffer)) {
                String text = new String(buffer, 0, n, StandardCharsets.UTF_8).strip();
                said = text.isEmpty() ? said : Printable.of(text.substring(text.lastIndexOf('\n') + 1).strip());
            }
        } catch (IOException _) {
            // It has ended.
        }
    }

    private void await(Process started, Path socket) throws IOException {
        long deadline = System.nanoTime() + READY.toNanos();
        try {
            while (!isOpen(socket)) {
                if (!started.isAlive()) {
                    Thread last = reader;
                    if (last != null) {
                        last.join(Duration.ofMillis(200));
                    }
                    throw new IOException("ssh ended with status " + started.exitValue());
                }
                if (System.nanoTime() > deadline || aborted) {
                    throw new IOException("ssh made no tunnel within " + READY.toSeconds() + " s");
                }
                Thread.sleep(30);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        }
    }

    private static boolean isOpen(Path socket) {
        if (!Files.exists(socket)) {
            return false;
        }
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void abort() {
        aborted = true;
        PeerClient opened = client;
        if (opened != null) {
            opened.abort();
        }
    }

    @Override
    public void resume() {
        aborted = false;
        PeerClient opened = client;
        if (opened != null) {
            opened.resume();
        }
    }

    @Override
    public synchronized void reset() {
        client = null;
        if (process != null) {
            process.destroy();
            process = null;
        }
        Path used = folder;
        folder = null;
        if (used != null) {
            try {
                Files.deleteIfExists(used.resolve("s"));
                Files.deleteIfExists(used);
                Files.deleteIfExists(note);
            } catch (IOException e) {
                said = IoReason.of(e);
            }
        }
    }

    @Override
    public String explained(String why) {
        return said.isEmpty() ? "by ssh: " + why : "by ssh: " + why + " (" + said + ")";
    }

    @Override
    public void close() {
        abort();
        reset();
    }
}
