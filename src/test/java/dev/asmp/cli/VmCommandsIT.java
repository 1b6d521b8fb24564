package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.cli.Shell.Run;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The VMs of a fleet, from a terminal. */
@Timeout(120)
class VmCommandsIT {
    @TempDir
    private Path folder;
    private Shell shell;

    @BeforeEach
    void open() throws IOException {
        shell = new Shell(folder);
    }

    @AfterEach
    void stop() {
        shell.close();
    }

    private Run with(Map<String, String> variables, String... words) throws Exception {
        ProcessBuilder builder = shell.asmp(words);
        builder.environment().putAll(variables);
        return shell.run(builder);
    }

    @Test
    void anEmptyIdIsNone() throws Exception {
        for (String verb : List.of("get", "rm", "resolve", "heartbeat")) {
            Run run = shell.run("vm", verb, "");
            assertEquals(2, run.status());
            assertTrue(run.err().contains(" is missing\n"), run.err());
        }
    }

    @Test
    void aVmIsRegisteredFoundChangedAndRemoved() throws Exception {
        shell.serve();
        assertEquals(new Run(0, "no VMs yet\n", ""), shell.run("vm", "list"));
        assertEquals(new Run(0, "registered: vm-7 (parser) is running as worker at vm-7.vm.vers.sh\n", ""),
                shell.run("vm", "register", "vm-7", "--name", "parser", "--role", "worker", "--services",
                        "web:8080/health,api:9090", "--services", "db:5432", "--meta", "a=1", "--meta", "b=x=y"));
        String json = shell.run("vm", "get", "vm-7", "--json").out();
        assertTrue(json.contains("\"services\":[{\"name\":\"web\",\"port\":8080,\"healthPath\":\"/health\"},"
                + "{\"name\":\"api\",\"port\":9090},{\"name\":\"db\",\"port\":5432}],"
                + "\"metadata\":{\"a\":\"1\",\"b\":\"x=y\"}"), json);
        assertEquals(json, shell.run("vm", "resolve", "parser", "--json").out());
        String table = shell.run("vm", "list").out();
        assertTrue(table.startsWith("ID    NAME    ROLE    STATUS   SEEN"), table);
        assertTrue(table.contains("  vm-7.vm.vers.sh  web:8080, api:9090, db:5432\n"), table);
        assertEquals(0, shell.run("vm", "discover", "worker").status());
        assertEquals(new Run(0, "updated: vm-7 (lexer) is paused as worker at 10.0.0.7\n", ""),
                shell.run("vm", "update", "vm-7", "--name", "lexer", "--status", "paused", "--address", "10.0.0.7",
                        "--meta", "", "--services", ""));
        String outline = shell.run("vm", "get", "vm-7").out();
        assertTrue(outline.contains("name: lexer\n") && !outline.contains("x=y") && !outline.contains("web"), outline);
        assertEquals(new Run(1, "no VM is running as 'worker'\n", ""), shell.run("vm", "discover", "worker"));
        assertEquals(new Run(1, "{\"vms\":[],\"count\":0}\n", ""), shell.run("vm", "discover", "golden", "--json"));
        assertEquals("asmp: 'boss' is no role; there are infra, lieutenant, worker, golden, custom\n",
                shell.run("vm", "discover", "boss").err());
        assertEquals(new Run(0, "no VM matches\n", ""), shell.run("vm", "list", "--status", "running"));
        assertEquals(0, shell.run("vm", "list", "--role", "worker", "-q", "LEXER").out().indexOf("ID "));
        assertTrue(shell.run("vm", "heartbeat", "vm-7").out().startsWith("vm-7 was seen at 20"));
        assertEquals(new Run(0, "no VM is stale\n", ""), shell.run("vm", "list", "--stale"));
        assertEquals(new Run(0, "no VM is stale\n", ""), shell.run("vm", "prune"));
        assertEquals(new Run(0, "removed vm-7\n", ""), shell.run("vm", "rm", "vm-7"));
        assertEquals(new Run(1, "", "asmp: 'vm-7': VM not found\n"), shell.run("vm", "rm", "vm-7"));
    }

    @Test
    void theRegistrysOwnWordsAreShown() throws Exception {
        shell.serve();
        assertEquals(0, shell.run("vm", "register", "vm-7", "--role", "infra").status());
        assertEquals(new Run(1, "", "asmp: 'vm-7': VM already registered\n"),
                shell.run("vm", "register", "vm-7", "--role", "infra"));
        assertEquals(new Run(1, "", "asmp: 'vm-7': name cannot be empty\n"),
                shell.run("vm", "update", "vm-7", "--name", ""));
        assertEquals(new Run(1, "", "asmp: no VM has the id 'x'\n"), shell.run("vm", "get", "x"));
        assertEquals(new Run(1, "", "asmp: 'x': VM not found\n"), shell.run("vm", "heartbeat", "x"));
    }

    @Test
    void anIdMayHoldWhatAUrlMustEscape() throws Exception {
        shell.serve();
        for (String id : List.of("a/b", "a%2Fb", "two words", "q?x=1#y", "🐄")) {
            assertEquals(0, shell.run("vm", "register", id, "--role", "custom").status(), id);
            assertTrue(shell.run("vm", "get", id).out().startsWith("id: " + id + "\n"), id);
            assertEquals(0, shell.run("vm", "heartbeat", id).status(), id);
            assertEquals(new Run(0, "removed " + id + "\n", ""), shell.run("vm", "rm", id));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vm", "vm lst", "vm get", "vm get a b", "vm list extra", "vm list --stale --role infra",
            "vm update a", "vm register a", "vm register a --role boss", "vm register a --services web",
            "vm register a --services web:0",
            "vm register a --services web:70000", "vm register a --meta x", "vm discover", "vm agent", "vm agent word",
            "vm agent --env-file f --interval 100ms", "vm agent --env-file f --interval 5m",
            "vm agent --env-file f --role boss", "vm agent --env-file f --", "vm prune a", "vm --role infra"})
    void wrongUsageExitsWithTwo(String words) throws Exception {
        Run run = shell.run(words.split(" ", -1));
        assertEquals(2, run.status(), run.err());
        assertEquals("", run.out());
        assertTrue(run.err().contains("usage: asmp vm"), run.err());
    }

    @Test
    void everyVerbHasHelpWithExamples() throws Exception {
        String overview = shell.run("vm", "--help").out();
        for (String verb : VmCommand.group().verbs()) {
            assertTrue(overview.contains("\n  " + verb + " "), verb);
            Run help = shell.run("vm", verb, "--help");
            assertEquals(0, help.status());
            assertTrue(help.out().contains("Usage: asmp vm " + verb) && help.out().contains("Examples:\n"), help.out());
            assertEquals(help, shell.run("help", "vm", verb));
        }
        assertTrue(shell.run("vm", "lst").err().contains("did you mean 'list'?"));
    }

    @Test
    void withoutARegistryOneLineSaysWhereItWasLookedFor() throws Exception {
        assertTrue(shell.run("vm", "list").err().contains("start one with: asmp serve"));
        Run away = with(Map.of("VERS_INFRA_URL", "http://127.0.0.1:9", "VERS_AUTH_TOKEN", "s3cret"), "vm", "list");
        assertEquals(new Run(1, "", "asmp: no registry answers on http://127.0.0.1:9 (VERS_INFRA_URL: connection"
                + " refused)\n"), away);
        for (String wrong : List.of("infra:3000", "ftp://infra", "http://ada:pass@infra", "http://infra?x=1",
                "http://")) {
            Run run = with(Map.of("VERS_INFRA_URL", wrong), "vm", "list");
            assertEquals(1, run.status());
            assertTrue(run.err().contains("VERS_INFRA_URL is not an address"), run.err());
            assertFalse(run.err().contains("pass"), run.err());
        }
    }

    @Test
    void theFleetsTokenComesFromTheEnvironmentOrTheFile() throws Exception {
        int port = freePort();
        shell.addToProfile("fleet: {listen: \"127.0.0.1:" + port + "\", token_file: " + token("s3cret") + "}\n");
        shell.serve();
        String url = "http://127.0.0.1:" + port;
        Run none = with(Map.of("VERS_INFRA_URL", url), "vm", "list");
        assertEquals(1, none.status());
        assertTrue(none.err().contains("token is missing or wrong") && none.err().contains("VERS_AUTH_TOKEN"),
                none.err());
        Run wrong = with(Map.of("VERS_INFRA_URL", url, "VERS_AUTH_TOKEN", "wr0ng"), "vm", "list");
        assertEquals(1, wrong.status());
        assertFalse(wrong.err().contains("wr0ng"), wrong.err());
        assertEquals(new Run(0, "no VMs yet\n", ""),
                with(Map.of("VERS_INFRA_URL", url + "/", "VERS_AUTH_TOKEN", "s3cret"), "vm", "list"));
        settings("{\"url\":\"" + url + "\",\"token\":\"s3cret\"}");
        assertEquals(new Run(0, "no VMs yet\n", ""), shell.run("vm", "list"));
        Run environmentFirst = with(Map.of("VERS_AUTH_TOKEN", "wr0ng"), "vm", "list");
        assertEquals(1, environmentFirst.status());
        settings("nonsense");
        assertTrue(shell.run("vm", "list").err().contains("agent-services.json is not an object"));
        assertEquals(0, with(Map.of("VERS_INFRA_URL", url, "VERS_AUTH_TOKEN", "s3cret"), "vm", "list").status());
    }

    @Test
    void aTokenGoesToNoAddressButItsOwn() throws Exception {
        settings("{\"url\":\"http://127.0.0.1:9\",\"token\":\"s3cret\"}");
        String ok = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"vms\":[],\"count\":0}";
        assertFalse(seen(ok, "VERS_INFRA_URL", Map.of()).contains("s3cret"));
        assertTrue(
                seen(ok, "VERS_INFRA_URL", Map.of("VERS_AUTH_TOKEN", "mine")).contains("Authorization: Bearer mine"));
        Files.delete(folder.resolve(".vers/agent-services.json"));
        assertFalse(seen(ok, "ASMP_REGISTRY_URL", Map.of("VERS_AUTH_TOKEN", "mine")).contains("mine"));
        String moved = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 2\r\n\r\n{}";
        assertTrue(seen(moved, "VERS_INFRA_URL", Map.of("VERS_AUTH_TOKEN", "mine")).contains("is not a registry"));
        String echo = "HTTP/1.1 403 Forbidden\r\nContent-Length: 27\r\n\r\n{\"error\":\"who is mine-777\"}";
        assertTrue(seen(echo, "VERS_INFRA_URL", Map.of("VERS_AUTH_TOKEN", "mine-777")).endsWith("asmp: who is ***\n"));
    }

    /** What a registry that gives this answer is sent, and then what the command prints of it. */
    private String seen(String answer, String variable, Map<String, String> more) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> request = CompletableFuture.supplyAsync(() -> answerOnce(server, answer));
            ProcessBuilder builder = shell.asmp("vm", "list");
            builder.environment().putAll(more);
            builder.environment().put(variable, "http://127.0.0.1:" + server.getLocalPort());
            Run run = shell.run(builder);
            return request.join() + run.out() + run.err();
        }
    }

    private static String answerOnce(ServerSocket server, String answer) {
        try (Socket socket = server.accept()) {
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            StringBuilder request = new StringBuilder();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                request.append(line).append('\n');
            }
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            return request.toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void settings(String json) throws IOException {
        Files.createDirectories(folder.resolve(".vers"));
        Files.writeString(folder.resolve(".vers/agent-services.json"), json);
    }

    private Path token(String token) throws IOException {
        return Files.writeString(folder.resolve("token"), token + "\n");
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
