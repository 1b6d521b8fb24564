package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents at the command line: served over standard input and output, introduced, and set up. */
class McpCommandIT {
    @TempDir
    private Path home;
    private final List<Process> started = new ArrayList<>();
    private int calls;

    /** How a command ended. */
    private record Run(int status, String out, String err) {}

    @BeforeEach
    void profile() throws IOException {
        Files.createDirectories(home.resolve(".asmp"));
        Files.createDirectories(home.resolve("src"));
        Files.writeString(home.resolve(".asmp/host.yaml"), """
                asmp: "0.1"
                kind: host
                host_id: test-box
                device_class: vm
                registry: {api: "http://127.0.0.1:0"}
                discovery: {scan_paths: [%s]}
                """.formatted(home.resolve("src")));
    }

    @AfterEach
    void stopAll() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    private ProcessBuilder asmp(String... words) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("asmp.launcher")));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeAll(List.of("ASMP_HOME", "ASMP_REGISTRY_URL", "NOTIFY_SOCKET", "CODEX_HOME",
                "CLAUDE_CONFIG_DIR", "XDG_CONFIG_HOME", "VERS_INFRA_URL"));
        environment.put("HOME", home.toString());
        environment.put("PATH", home.resolve("bin") + ":/usr/bin:/bin");
        return builder;
    }

    private Run run(String... words) throws Exception {
        Path out = Files.createTempFile("out", "");
        Path err = Files.createTempFile("err", "");
        try {
            Process process = asmp(words).redirectInput(Path.of("/dev/null").toFile()).redirectOutput(out.toFile())
                    .redirectError(err.toFile()).start();
            started.add(process);
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "does not end: " + List.of(words));
            return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    private Process serve() throws IOException {
        Files.createDirectories(home.resolve("src/mail"));
        Files.writeString(home.resolve("src/mail/asmp.yaml"), Manifests.yaml("mail", "1", "email.send"));
        Process daemon = asmp("serve").redirectError(home.resolve("serve.err").toFile()).start();
        started.add(daemon);
        BufferedReader out = daemon.inputReader(StandardCharsets.UTF_8);
        assertTrue(String.valueOf(out.readLine()).startsWith("asmp listens"), "listens");
        assertTrue(String.valueOf(out.readLine()).startsWith("scanned 1"), "has scanned");
        return daemon;
    }

    /** A client that talks to {@code asmp mcp}. */
    private final class Agent {
        private final Process process;
        private final Writer toServer;
        private final BufferedReader fromServer;

        Agent() throws IOException {
            process = asmp("mcp").redirectError(home.resolve("mcp.err").toFile()).start();
            started.add(process);
            toServer = process.outputWriter(StandardCharsets.UTF_8);
            fromServer = process.inputReader(StandardCharsets.UTF_8);
            Mapping agreed = ask("initialize",
                    "\"protocolVersion\": \"2025-11-25\", \"clientInfo\": {\"name\": \"an-agent\"}");
            assertEquals("2025-11-25", agreed.mapping("result").text("protocolVersion"));
        }

        Mapping ask(String method, String params) throws IOException {
            toServer.write("{\"jsonrpc\": \"2.0\", \"id\": " + ++calls + ", \"method\": \"" + method
                    + "\", \"params\": {" + params + "}}\n");
            toServer.flush();
            while (true) {
                Mapping message = (Mapping) Json
                        .read(String.valueOf(fromServer.readLine()).getBytes(StandardCharsets.UTF_8));
                if (Integer.toString(calls).equals(message.text("id"))) {
                    return message;
                }
            }
        }

        Mapping call(String tool, String arguments) throws IOException {
            return ask("tools/call", "\"name\": \"" + tool + "\", \"arguments\": " + arguments).mapping("result");
        }

        void leave() throws Exception {
            toServer.close();
            assertTrue(process.waitFor(20, TimeUnit.SECONDS), "ends with its input");
            assertEquals(0, process.exitValue());
            assertEquals("", Files.readString(home.resolve("mcp.err")));
        }
    }

    private static String text(Mapping result) {
        return String.valueOf(((Mapping) result.list("content").getFirst()).text("text"));
    }

    @Test
    void anAgentIsServedWhetherTheRegistryRunsOrNot() throws Exception {
        Agent agent = new Agent();
        Mapping stopped = agent.call("service_find", "{\"capability\": \"email.send\"}");
        assertEquals("true", stopped.text("isError"));
        assertTrue(text(stopped).contains("No registry is running") && text(stopped).contains("asmp serve"),
                text(stopped));
        Mapping noted = agent.call("service_todo", "{\"name\": \"fax\", \"note\": \"for the office\"}")
                .mapping("structuredContent");
        assertTrue(String.valueOf(noted.text("notice")).contains("discoveries.jsonl"), noted.toString());
        assertTrue(Files.readString(home.resolve(".asmp/discoveries.jsonl")).contains("\"found_by\":\"an-agent\""));
        assertTrue(text(agent.call("service_todos", "{}")).contains("for the office"));
        assertEquals("true", agent.call("service_todo", "{\"name\": \"../fax\", \"note\": \"n\"}").text("isError"));
        Process daemon = serve();
        Mapping found = agent.call("service_find", "{\"capability\": \"email.send\"}").mapping("structuredContent");
        assertEquals("1", found.text("total"));
        assertEquals(null, found.text("notice"));
        assertTrue(text(agent.call("service_todos", "{}")).contains("for the office"));
        daemon.destroy();
        daemon.waitFor();
        assertTrue(text(agent.call("service_find", "{\"capability\": \"email.send\"}")).contains("asmp serve"));
        agent.leave();
    }

    @Test
    void theMachineIsIntroduced() throws Exception {
        Run without = run("ambient");
        assertEquals(0, without.status, without.err);
        assertTrue(without.out.contains("asmp serve"), without.out);
        serve();
        Run with = run("ambient");
        assertTrue(with.out.startsWith("You are on test-box (vm). 1 service is registered here. They offer: email."),
                with.out);
        assertTrue(with.out.getBytes(StandardCharsets.UTF_8).length < 1_024, with.out);
        assertTrue(run("ambient", "--json").out.contains("\"text\":\"You are on"));
    }

    private Path settings(String client) {
        return home.resolve(switch (Objects.requireNonNull(McpClient.of(client))) {
            case CLAUDE -> ".claude.json";
            case CURSOR -> ".cursor/mcp.json";
            case CODEX -> ".codex/config.toml";
            case VSCODE -> ".config/Code/User/mcp.json";
            case WINDSURF -> ".codeium/windsurf/mcp_config.json";
            case PROJECT -> ".mcp.json";
        });
    }

    /** A client on the path that notes its arguments, one per line, and ends with this status. */
    private Path client(String program, int status) throws IOException {
        Path calls = home.resolve("calls");
        Path script = Files.createDirectories(home.resolve("bin")).resolve(program);
        Files.writeString(script,
                "#!/bin/sh\nprintf '%s\\n' \"$@\" >> " + calls + "\necho no luck\nexit " + status + "\n");
        assertTrue(script.toFile().setExecutable(true));
        return calls;
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "cursor", "vscode"})
    void plainSettingsAreSetUpOnceAndNothingElseIsTouched(String client) throws Exception {
        Run shown = run("mcp", "install", client);
        assertEquals(0, shown.status, shown.err);
        assertTrue(shown.out.contains(System.getProperty("asmp.launcher")) && shown.out.contains("mcp"), shown.out);
        Path settings = settings(client);
        assertFalse(Files.exists(settings));
        Files.createDirectories(settings.getParent());
        String before = "{\n    \"theme\": \"dark\",\n    \"mine\": 1.10\n}\n";
        Files.writeString(settings, before);
        Run written = run("mcp", "install", client, "--write");
        assertEquals(0, written.status, written.err);
        String after = Files.readString(settings);
        assertTrue(after.startsWith(before.substring(0, before.length() - 3)) && after.contains("\n        \"asmp\""),
                after);
        assertEquals(before, Files.readString(settings.resolveSibling(settings.getFileName() + ".before-asmp")));
        assertTrue(run("mcp", "install", client, "--write").out.contains("set up already"));
        assertEquals(after, Files.readString(settings));
        assertTrue(run("mcp", "install").out.lines().anyMatch(line -> line.matches(client + " +yes +set up .*")));
        run("mcp", "install", client, "--http", "--write");
        assertTrue(Files.readString(settings).contains("/mcp\""), Files.readString(settings));
        assertFalse(Files.readString(settings).contains("command"), Files.readString(settings));
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "cursor", "codex", "vscode"})
    void settingsThatCannotBeWrittenAgainAreShownWhatToAddAndLeftAlone(String client) throws Exception {
        Path settings = settings(client);
        Files.createDirectories(settings.getParent());
        String before = client.equals("codex")
                ? "model = \"x\" # mine\n"
                : "{\n    // mine\n    \"theme\": \"dark\"\n}\n";
        Files.writeString(settings, before);
        Run run = run("mcp", "install", client, "--write");
        assertEquals(1, run.status, run.err);
        assertTrue(run.err.contains(settings.getFileName().toString()) && run.err.contains("nothing was changed"),
                run.err);
        assertTrue(run.out.contains("asmp") && run.out.contains(System.getProperty("asmp.launcher")), run.out);
        assertEquals(before, Files.readString(settings));
        assertEquals("", run("mcp", "install", client, "--write", "--json").out);
    }

    @ParameterizedTest
    @CsvSource({"claude, claude, mcp add --transport stdio --scope user asmp --", "codex, codex, mcp add asmp --",
            "vscode, code, --add-mcp"})
    void aClientsOwnCommandIsUsedWhereThereIsOne(String client, String program, String arguments) throws Exception {
        Path calls = client(program, 0);
        Run run = run("mcp", "install", client, "--write");
        assertEquals(0, run.status, run.err);
        String called = Files.readString(calls).replace('\n', ' ');
        assertTrue(called.startsWith(arguments + " ") && called.contains(System.getProperty("asmp.launcher")), called);
        assertFalse(Files.exists(settings(client)));
    }

    @Test
    void anotherEntryOfOurNameIsRemovedByTheClientFirst() throws Exception {
        Files.writeString(settings("claude"), "{\"mcpServers\": {\"asmp\": {\"url\": \"http://127.0.0.1:1\"}}}");
        Path calls = client("claude", 0);
        assertEquals(0, run("mcp", "install", "claude", "--write").status);
        assertTrue(Files.readString(calls).replace('\n', ' ').startsWith("mcp remove --scope user asmp mcp add "),
                Files.readString(calls));
    }

    @Test
    void whenTheClientRefusesItsReasonAndWhatToAddAreShown() throws Exception {
        client("codex", 3);
        Run run = run("mcp", "install", "codex", "--write");
        assertEquals(1, run.status);
        assertTrue(run.err.contains("codex mcp add") && run.err.contains("status 3: no luck"), run.err);
        assertTrue(run.out.contains("[mcp_servers.asmp]"), run.out);
    }

    @Test
    void settingsThatAreNotUnderstoodAreLeftAlone() throws Exception {
        Path settings = Files.writeString(home.resolve(".claude.json"), "{broken");
        Run run = run("mcp", "install", "claude", "--write");
        assertEquals(1, run.status);
        assertTrue(run.err.contains(".claude.json") && run.err.contains("nothing was changed"), run.err);
        assertEquals("{broken", Files.readString(settings));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mcp serve", "mcp install emacs", "mcp --write", "mcp install --write", "mcp install a b",
            "mcp --remove", "mcp install cursor --write --remove", "mcp --tools nonsense", "mcp install --tools vms"})
    void wrongUsageExitsWithTwo(String words) throws Exception {
        Run run = run(words.split(" ", -1));
        assertEquals(2, run.status, run.err);
        assertEquals("", run.out);
    }
}
