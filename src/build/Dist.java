import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Runs at packaging with the profile "dist": lays out the program with a Java runtime of its own, its manual pages, completions
 * and units, and packs it. Arguments: the project, the built program, the version, the time that all files get.
 */
final class Dist {
    /** What the program and its libraries refer to, and modules found by name at run time: TLS, sockets with options. */
    /** Those that are named in the code, and those that only a provider of services names. */
    private static final Set<String> MODULES = Set.of("java.base", "java.logging", "java.management", "java.net.http", "jdk.net",
            "jdk.unsupported", "jdk.crypto.cryptoki");
    /** Named by the SSH library for Kerberos, which is not used. */
    private static final Set<String> UNUSED = Set.of("java.security.jgss");

    private final Path project;
    private final Path program;
    private final Path home;
    private final Path image;
    private final String name;

    private Dist(Path project, Path program, String version) {
        this.project = project;
        this.program = program;
        this.home = Path.of(System.getProperty("java.home"));
        this.name = "asmp-" + version + "-linux-" + architecture();
        this.image = program.resolveSibling("dist").resolve(name);
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "amd64" -> "x64";
            case "aarch64" -> "arm64";
            default -> System.getProperty("os.arch");
        };
    }

    public static void main(String[] arguments) throws Exception {
        Dist dist = new Dist(Path.of(arguments[0]).toAbsolutePath(), Path.of(arguments[1]).toAbsolutePath(), arguments[2]);
        dist.layOut(arguments[2]);
        dist.dateAll(FileTime.from(Instant.parse(arguments[3])));
        Train.main(new String[]{dist.image.toString(), dist.image.resolve("runtime").toString()});
        dist.pack();
        dist.debianTree();
    }

    private void layOut(String version) throws Exception {
        delete(image.getParent());
        Files.createDirectories(image);
        run(home.resolve("bin/jlink").toString(), "--add-modules", String.join(",", new TreeSet<>(MODULES)), "--strip-debug", "--no-header-files",
                "--no-man-pages", "--output", image.resolve("runtime").toString());
        Files.copy(program.resolve("asmp.jar"), image.resolve("asmp.jar"));
        copy(program.resolve("lib"), image.resolve("lib"));
        copy(project.resolve("bin"), image.resolve("bin"));
        copy(project.resolve("systemd"), image.resolve("systemd"));
        copy(project.resolve("examples"), image.resolve("examples"));
        copy(project.resolve("docs"), image.resolve("docs"));
        for (String file : List.of("host.yaml.example", "README.md", "CHANGELOG.md", "LICENSE", "SECURITY.md")) {
            if (Files.exists(project.resolve(file))) {
                Files.copy(project.resolve(file), image.resolve(file));
            }
        }
        Files.copy(project.resolve("src/build/deb/copyright"), image.resolve("copyright"));
        checkCopyright();
        checkModules();
        generate(version);
    }

    /** Each library that is shipped must be named, with its licence. */
    private void checkCopyright() throws IOException {
        String copyright = Files.readString(image.resolve("copyright"));
        try (Stream<Path> jars = Files.list(image.resolve("lib"))) {
            for (Path jar : jars.sorted().toList()) {
                String library = jar.getFileName().toString().replaceFirst("-[0-9][^-]*\\.jar$", "");
                if (Stream.of(copyright.split("[\\s]+")).noneMatch(word -> word.equals("lib/" + library + "-*")
                        || word.endsWith("*") && !word.equals("*")
                                && ("lib/" + library + "-").startsWith(word.substring(0, word.length() - 1)))) {
                    throw new IllegalStateException("src/build/deb/copyright does not name " + jar.getFileName());
                }
            }
        }
    }

    /** A module that is missing would show only when its feature is used. */
    private void checkModules() throws Exception {
        Process process = new ProcessBuilder(home.resolve("bin/jdeps").toString(), "--multi-release", "25",
                "--ignore-missing-deps", "--print-module-deps", "--class-path", image.resolve("lib") + "/*",
                image.resolve("asmp.jar").toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Set<String> needed = new TreeSet<>(List.of(new String(process.getInputStream().readAllBytes()).strip().split(",")));
        require(process.waitFor() == 0, "jdeps");
        needed.removeAll(UNUSED);
        needed.removeAll(MODULES);
        require(needed.isEmpty(), "the runtime has all modules; missing: " + needed);
    }

    /** Manual pages and completions, by the program itself. */
    private void generate(String version) throws Exception {
        Path man = Files.createDirectories(image.resolve("man"));
        String java = image.resolve("runtime/bin/java").toString();
        String path = image.resolve("asmp.jar").toString();
        run(java, "-cp", path, "dev.asmp.cli.ManPages", man.toString(), version);
        try (Stream<Path> pages = Files.list(man)) {
            for (Path page : pages.toList()) {
                String file = page.getFileName().toString();
                Path section = Files.createDirectories(man.resolve("man" + file.charAt(file.length() - 1)));
                Files.move(page, section.resolve(file));
            }
        }
        Path completion = Files.createDirectories(image.resolve("completion"));
        for (String shell : List.of("bash", "zsh", "fish")) {
            Process process = new ProcessBuilder(java, "-cp", path, "dev.asmp.cli.Main", "completion", shell)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .redirectOutput(completion.resolve("asmp." + shell).toFile()).start();
            require(process.waitFor() == 0, "completion " + shell);
        }
    }

    private void pack() throws Exception {
        run("tar", "--create", "--gzip", "--file", image + ".tar.gz", "--sort=name", "--owner=0", "--group=0",
                "--numeric-owner", "--directory", image.getParent().toString(), name);
        System.out.printf("%s: %d MB, packed %d MB%n", name, size(image) >> 20, Files.size(Path.of(image + ".tar.gz")) >> 20);
    }

    /** The files of the Debian package where it installs them. */
    private void debianTree() throws IOException {
        Path root = image.resolveSibling("deb");
        Path share = Files.createDirectories(root.resolve("usr/share"));
        Path program = root.resolve("usr/lib/asmp");
        copy(image, program);
        copy(image.resolve("man"), share.resolve("man"));
        Path documents = Files.createDirectories(share.resolve("doc/asmp"));
        for (String file : List.of("copyright", "README.md", "CHANGELOG.md", "host.yaml.example")) {
            place(image.resolve(file), documents.resolve(file));
        }
        copy(image.resolve("docs"), documents.resolve("docs"));
        copy(image.resolve("examples"), documents.resolve("examples"));
        place(image.resolve("completion/asmp.bash"), share.resolve("bash-completion/completions/asmp"));
        place(image.resolve("completion/asmp.zsh"), share.resolve("zsh/vendor-completions/_asmp"));
        place(image.resolve("completion/asmp.fish"), share.resolve("fish/vendor_completions.d/asmp.fish"));
        unit("asmp.service", root.resolve("usr/lib/systemd/system/asmp.service"));
        unit("asmp-vm-agent.service", root.resolve("usr/lib/systemd/system/asmp-vm-agent.service"));
        unit("asmp-user.service", root.resolve("usr/lib/systemd/user/asmp.service"));
        place(project.resolve("src/build/deb/host.yaml"), root.resolve("etc/asmp/host.yaml"));
        for (String moved : List.of("man", "docs", "examples", "completion", "systemd", "copyright", "README.md",
                "CHANGELOG.md", "LICENSE", "SECURITY.md", "host.yaml.example")) {
            delete(program.resolve(moved));
        }
    }

    private static void place(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
    }

    private void unit(String name, Path to) throws IOException {
        place(image.resolve("systemd").resolve(name), to);
        Files.writeString(to, Files.readString(to).replace("/opt/asmp/bin/asmp", "/usr/bin/asmp"));
    }

    private static long size(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .mapToLong(file -> file.toFile().length()).sum();
        }
    }

    /** Gives all files one time: caches are recorded for it, and archives of the same files are the same. */
    private void dateAll(FileTime time) throws IOException {
        try (Stream<Path> files = Files.walk(image)) {
            for (Path file : files.toList()) {
                if (!Files.isSymbolicLink(file)) {
                    Files.setLastModifiedTime(file, time);
                }
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path copied = to.resolve(from.relativize(file));
                Files.copy(file, copied, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
                if (attributes.isSymbolicLink()) {
                    return FileVisitResult.CONTINUE;
                }
                Files.setPosixFilePermissions(copied,
                        PosixFilePermissions.fromString(Files.isExecutable(file) ? "rwxr-xr-x" : "rw-r--r--"));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            run("rm", "-rf", folder.toString());
        }
    }

    private static void run(String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of(command));
        try {
            require(new ProcessBuilder(words).inheritIO().start().waitFor() == 0, String.join(" ", words));
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("failed: " + what);
        }
    }
}
