package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A folder with a state folder in it, in which the launcher is run as people and scripts run it. */
final class Shell implements AutoCloseable {
    private final Path folder;
    private final List<Process> started = new ArrayList<>();

    /** How a command ended. */
    record Run(int status, String out, String err) {}

    Shell(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(home());
        Files.createDirectories(folder.resolve("src"));
        Files.writeString(home().resolve("host.yaml"), """
                asmp: "0.1"
                kind: host
                host_id: test-box
                device_class: vm
                registry: {api: "http://127.0.0.1:0"}
                discovery: {scan_paths: [%s]}
                """.formatted(folder.resolve("src")));
    }

    void addToProfile(String yaml) throws IOException {
        Files.writeString(home().resolve("host.yaml"), yaml, StandardOpenOption.APPEND);
    }

    Path home() {
        return folder.resolve("home");
    }

    /** A command that is not started yet. */
    ProcessBuilder asmp(String... words) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("asmp.launcher")));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("HOME", folder.toString());
        environment.put("ASMP_HOME", home().toString());
        environment.keySet().removeAll(List.of("ASMP_REGISTRY_URL", "NOTIFY_SOCKET", "JOURNAL_STREAM"));
        environment.keySet().removeIf(name -> name.startsWith("VERS_"));
        return builder;
    }

    Run run(String... words) throws Exception {
        return run(asmp(words));
    }

    Run run(ProcessBuilder builder) throws Exception {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        Process process = started(builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start());
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "does not end: " + builder.command());
        return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** Sees to it that a process does not outlive the test. */
    Process started(Process process) {
        started.add(process);
        return process;
    }

    /** Starts the daemon and waits for its lines. */
    Process serve() throws IOException {
        return serve(asmp("serve"));
    }

    Process serveWithDefaultSignals() throws IOException {
        return serve(withDefaultSignals(asmp("serve")));
    }

    /** Lets signals reach the command even where these tests run as a background job, or below nohup, that ignores them. */
    static ProcessBuilder withDefaultSignals(ProcessBuilder builder) {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,HUP"));
        command.addAll(builder.command());
        return builder.command(command);
    }

    private Process serve(ProcessBuilder builder) throws IOException {
        Path err = folder.resolve("serve.err");
        Process daemon = started(builder.redirectError(err.toFile()).start());
        var out = daemon.inputReader(StandardCharsets.UTF_8);
        String first = String.valueOf(out.readLine());
        String second = String.valueOf(out.readLine());
        if (second.startsWith("the VM registry listens ")) {
            second = String.valueOf(out.readLine());
        }
        assertTrue(first.startsWith("asmp listens on http://127.0.0.1:"), first + second + Files.readString(err));
        assertTrue(second.startsWith("scanned "), second);
        return daemon;
    }

    Path manifest(String name, String version) throws IOException {
        return Files.writeString(folder.resolve(name + ".yaml"), Manifests.yaml(name, version, name + ".send"));
    }

    @Override
    public void close() {
        for (Process process : started) {
            process.destroyForcibly().onExit().join();
        }
    }
}
