package dev.asmp.vers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;

/**
 * The inside of a VM of the fake API: a folder, and local processes that see it as {@code /root}, {@code /etc}, {@code /run},
 * {@code /tmp} and {@code /usr/local/sbin} where the kernel allows namespaces; elsewhere they merely start in it. Closing ends all its processes.
 */
@NullUnmarked
public final class VmBox implements AutoCloseable {
    private static final boolean ISOLATED = canIsolate();
    private final Path folder;
    private volatile Map<String, String> variables = Map.of();
    private Process keeper;

    public VmBox(Path folder) {
        this.folder = folder;
        for (String name : List.of("root/workspace", "run", "tmp", "usr/local/sbin")) {
            try {
                Files.createDirectories(folder.resolve(name));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Whether processes see the folder's content under the usual paths. */
    public static boolean isIsolated() {
        return ISOLATED;
    }

    private static boolean canIsolate() {
        try {
            Process tried = new ProcessBuilder("unshare", "-m", "-p", "-f", "--mount-proc", "true").start();
            return tried.waitFor(5, TimeUnit.SECONDS) && tried.exitValue() == 0;
        } catch (IOException | InterruptedException _) {
            return false;
        }
    }

    public Path folder() {
        return folder;
    }

    /** Puts a program on the path of its processes; the machine around it is left as it is. */
    void install(Path program, String name) {
        try {
            Files.copy(program, folder.resolve("usr/local/sbin").resolve(name), StandardCopyOption.COPY_ATTRIBUTES,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives variables to all its processes from now on. */
    void set(Map<String, String> others) {
        variables = others;
    }

    /** The file behind a path inside the VM. */
    public Path file(String path) {
        return ISOLATED || !path.startsWith("/")
                ? folder.resolve(path.startsWith("/") ? path.substring(1) : "root/" + path)
                : Path.of(path);
    }

    /** The words before those of a command that let it run inside. */
    public synchronized List<String> prefix() throws IOException {
        List<String> words = new ArrayList<>();
        if (ISOLATED) {
            if (keeper == null || !keeper.isAlive()) {
                begin();
            }
            long pid = keeper.children().findFirst().orElseThrow(() -> new IOException("the VM is gone")).pid();
            words.addAll(List.of("nsenter", "-t", Long.toString(pid), "-m", "-p"));
        }
        String home = ISOLATED ? "/root" : folder.resolve("root").toString();
        words.addAll(List.of("env", "-i", "-C", home, "HOME=" + home,
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "USER=root"));
        variables.forEach((name, value) -> words.add(name + "=" + value));
        return words;
    }

    private void begin() throws IOException {
        StringBuilder mounts = new StringBuilder();
        makeEtc(folder.resolve("etc"), mounts);
        // Before /tmp, which may hold the folder.
        if (Files.isDirectory(Path.of("/usr/local/sbin"))) {
            mounts.append("mount --bind '").append(folder.resolve("usr/local/sbin")).append("' /usr/local/sbin && ");
        }
        for (String name : List.of("root", "etc", "run", "tmp")) {
            mounts.append("mount --rbind '").append(folder.resolve(name)).append("' /").append(name).append(" && ");
        }
        keeper = new ProcessBuilder("unshare", "-m", "-p", "-f", "--mount-proc", "--kill-child", "sh", "-c",
                mounts + "echo ready || exit 1; while :; do sleep 1000 & wait; done")
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        if (keeper.inputReader().readLine() == null) {
            throw new IOException("the VM's namespace could not be made");
        }
    }

    /** Files of the machine's own /etc that programs need; its large folders are mounted as they are. */
    private static void makeEtc(Path etc, StringBuilder mounts) throws IOException {
        Files.createDirectories(etc.resolve("profile.d"));
        for (String name : List.of("passwd", "group", "hosts", "nsswitch.conf", "profile", "shells")) {
            if (Files.exists(Path.of("/etc", name)) && !Files.exists(etc.resolve(name))) {
                Files.copy(Path.of("/etc", name), etc.resolve(name));
            }
        }
        for (String name : List.of("alternatives", "ssl", "terminfo")) {
            if (Files.isDirectory(Path.of("/etc", name))) {
                Files.createDirectories(etc.resolve(name));
                mounts.append("mount --bind /etc/").append(name).append(" '").append(etc.resolve(name))
                        .append("' && ");
            }
        }
    }

    private static void run(List<String> command) throws IOException {
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Starts a command inside, in a directory there. */
    public Process start(List<String> argv, Map<String, String> env, String directory) throws IOException {
        List<String> words = prefix();
        env.forEach((name, value) -> words.add(name + "=" + value));
        if (directory != null) {
            words.addAll(List.of("env", "-C", directory));
        }
        words.addAll(argv);
        return new ProcessBuilder(words).start();
    }

    /** A copy of the folder, as a branch or a restored commit has it. */
    public void copyTo(Path other) throws IOException {
        Files.createDirectories(other);
        run(List.of("cp", "-a", folder + "/.", other.toString()));
    }

    @Override
    public synchronized void close() {
        if (keeper != null) {
            keeper.descendants().forEach(ProcessHandle::destroyForcibly);
            keeper.destroyForcibly();
            keeper.onExit().join();
        }
    }

    /** Deletes the folder. */
    public void delete() {
        close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException _) {
            // A process wrote on; the test's own folder is deleted in the end.
        }
    }

    static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
