package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.cli.Shell.Run;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The agent of a VM, against a registry that is stopped, loses its state, refuses, hangs and comes back. */
@Timeout(120)
class VmAgentIT {
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

    /** An agent that runs, and what it says. */
    private record Agent(Process process, BufferedReader lines) {
        void says(String expected) throws IOException {
            String line = String.valueOf(lines.readLine());
            assertTrue(line.contains(expected), "'" + line + "' does not say '" + expected + "'");
        }

        int stopped() throws InterruptedException {
            process.toHandle().destroy(); // the process itself would close what is still to be read
            assertTrue(process.waitFor(20, TimeUnit.SECONDS), "it does not end");
            return process.exitValue();
        }
    }

    private Agent agent(Map<String, String> variables, String... words) throws IOException {
        ProcessBuilder builder = shell.asmp("vm", "agent", "--interval", "1s").redirectErrorStream(true);
        builder.command().addAll(List.of(words));
        builder.environment().putAll(variables);
        Process process = shell.started(builder.start());
        return new Agent(process, process.inputReader());
    }

    /** Lets the registry listen for other hosts, with a token; returns what their agents need to know. */
    private Map<String, String> fleet(String more) throws IOException {
        int port = VmCommandsIT.freePort();
        Path token = Files.writeString(folder.resolve("token"), "s3cret\n");
        shell.addToProfile("fleet: {listen: \"127.0.0.1:" + port + "\", token_file: " + token + more + "}\n");
        return Map.of("VERS_VM_ID", "vm-1", "VERS_AUTH_TOKEN", "s3cret", "VERS_INFRA_URL", "http://127.0.0.1:" + port);
    }

    private String status(String id) throws Exception {
        return shell.run("vm", "get", id).out().lines().filter(line -> line.startsWith("status: ")).findFirst()
                .orElse("not there");
    }

    @Test
    void itGoesOnWhenTheRegistryWasAwayLostItsStateOrForgotTheVm() throws Exception {
        Map<String, String> fleet = fleet("");
        Process daemon = shell.serve();
        Agent agent = agent(fleet, "--services", "web:8080/health", "--meta", "team=search", "--name", "parser");
        agent.says("vm-1 is registered as worker (http://127.0.0.1:");
        String vm = shell.run("vm", "get", "vm-1").out();
        assertTrue(vm.contains("name: parser\n") && vm.contains("address: vm-1.vm.vers.sh\n")
                && vm.contains("healthPath: /health\n") && vm.contains("team: search\n")
                && vm.contains("registeredBy: vm-1\n"), vm);

        daemon.destroy();
        daemon.waitFor();
        agent.says("no registry answers on http://127.0.0.1:");
        daemon = shell.serve();
        agent.says("the registry is back; it knows vm-1");

        daemon.destroy();
        daemon.waitFor();
        agent.says("no registry answers on http://127.0.0.1:");
        Files.delete(shell.home().resolve("vms.jsonl"));
        shell.serve();
        agent.says("the registry is back; vm-1 was lost there and is registered again");
        assertEquals("status: running", status("vm-1"));

        assertEquals(0, shell.run("vm", "rm", "vm-1").status());
        agent.says("vm-1 was lost there and is registered again");
        assertEquals(0, agent.stopped());
        agent.says("vm-1 is stopped");
        assertEquals("status: stopped", status("vm-1"));
        assertNull(agent.lines.readLine());
    }

    @Test
    void itStartsBeforeTheRegistryDoes() throws Exception {
        Agent agent = agent(Map.of("VERS_VM_ID", "vm-1", "VERS_AGENT_ROLE", "lieutenant"));
        agent.says("no registry answers on ");
        shell.serve();
        agent.says("the registry is back; vm-1 is registered as lieutenant");
        assertEquals(0, agent.stopped());
    }

    @Test
    void whatWasRegisteredByAnotherRunsAgainUnderItsName() throws Exception {
        shell.serve();
        shell.run("vm", "register", "vm-1", "--name", "parser", "--role", "golden", "--status", "stopped", "--meta",
                "commitId=4f2a");
        Agent agent = agent(Map.of("VERS_VM_ID", "vm-1"), "--address", "10.0.0.7");
        agent.says("vm-1 was registered already and is running again");
        String vm = shell.run("vm", "get", "vm-1").out();
        assertTrue(vm.contains("name: parser\n") && vm.contains("role: golden\n") && vm.contains("status: running\n")
                && vm.contains("commitId: 4f2a\n") && vm.contains("address: 10.0.0.7\n"), vm);
        agent.stopped();
        Agent named = agent(Map.of("VERS_VM_ID", "vm-1"), "--name", "lexer");
        named.says("is running again");
        assertTrue(shell.run("vm", "resolve", "lexer").out().startsWith("id: vm-1\n"));
        named.stopped();
    }

    @Test
    void itWaitsForItsIdAndFollowsIt() throws Exception {
        Map<String, String> fleet = fleet("");
        shell.serve();
        Path file = folder.resolve("vers.env");
        Agent agent = agent(Map.of(), "--env-file", file.toString());
        agent.says("waiting for VERS_VM_ID");
        Files.writeString(file, "export VERS_VM_ID=\"vm-1\"\nVERS_AGENT_ROLE=infra\nVERS_AUTH_TOKEN='s3cret'\n"
                + "VERS_INFRA_URL=" + fleet.get("VERS_INFRA_URL") + "\n");
        agent.says("vm-1 is registered as infra (http://127.0.0.1:");
        Files.writeString(file, Files.readString(file).replace("vm-1", "vm-2"));
        agent.says("VERS_VM_ID is now vm-2 and was vm-1");
        agent.says("vm-1 is stopped");
        agent.says("vm-2 is registered as infra");
        assertEquals("status: stopped", status("vm-1"));
        Files.delete(file);
        assertEquals(0, agent.stopped());
        agent.says("vm-2 is stopped");
        assertEquals("status: stopped", status("vm-2"));
    }

    @Test
    void aTokenThatIsRefusedIsToldOnceAndMayBeCorrected() throws Exception {
        Map<String, String> fleet = fleet("");
        shell.serve();
        Path settings = Files.createDirectories(folder.resolve(".vers")).resolve("agent-services.json");
        Files.writeString(settings, "{\"url\":\"" + fleet.get("VERS_INFRA_URL") + "\",\"token\":\"wr0ng\"}");
        Agent agent = agent(Map.of("VERS_VM_ID", "vm-1"));
        String line = agent.lines.readLine();
        assertTrue(line.contains("refuses: the fleet's token is missing or wrong"), line);
        assertFalse(line.contains("wr0ng"), line);
        Files.writeString(settings, Files.readString(settings).replace("wr0ng", "s3cret"));
        agent.says("the registry takes it now; vm-1 is registered as worker");
        assertEquals(0, agent.stopped());
    }

    @Test
    void aCommandIsRegisteredAsLongAsItLives() throws Exception {
        shell.serve();
        Path go = folder.resolve("go");
        Agent agent = agent(Map.of("VERS_VM_ID", "vm-1"), "--", "sh", "-c",
                "trap 'exit 9' USR1; while [ ! -e " + go + " ]; do sleep 0.1; done; exit 7");
        agent.says("vm-1 is registered as worker");
        Files.writeString(go, "");
        assertTrue(agent.process.waitFor(20, TimeUnit.SECONDS));
        assertEquals(7, agent.process.exitValue());
        assertEquals("status: stopped", status("vm-1"));
        Files.delete(go);
        Agent signalled = agent(Map.of("VERS_VM_ID", "vm-1"), "--", "sh", "-c",
                "trap 'exit 9' TERM; echo up; while :; do sleep 0.1; done");
        String first = signalled.lines.readLine() + signalled.lines.readLine();
        assertTrue(first.contains("up") && first.contains("is running again"), first);
        assertEquals(9, signalled.stopped());
        assertEquals("status: stopped", status("vm-1"));
        ProcessBuilder unknown = shell.asmp("vm", "agent", "--", "no-such-command");
        unknown.environment().put("VERS_VM_ID", "vm-9");
        Run run = shell.run(unknown);
        assertEquals(1, run.status());
        assertTrue(run.err().contains("cannot run no-such-command"), run.err());
        assertEquals("not there", status("vm-9"));
    }

    @Test
    void aRegistryThatHangsDoesNotKeepItFromStopping() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Agent agent = agent(
                    Map.of("VERS_VM_ID", "vm-1", "VERS_INFRA_URL", "http://127.0.0.1:" + silent.getLocalPort()));
            silent.accept(); // it asks, and now waits for an answer
            assertEquals(0, agent.stopped());
        }
    }

    @Test
    void overTlsOnlyWhoIsKnownIsBelieved() throws Exception {
        Path store = folder.resolve("store.p12");
        Run made = shell.run(new ProcessBuilder(System.getProperty("java.home") + "/bin/keytool", "-genkeypair",
                "-alias", "a", "-keyalg", "EC", "-dname", "CN=infra", "-ext", "san=dns:localhost", "-validity", "2",
                "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", "changeit"));
        assertEquals(0, made.status(), made.out() + made.err());
        KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        Path certificate = pem("CERTIFICATE", keys.getCertificate("a").getEncoded());
        Path key = pem("PRIVATE KEY", keys.getKey("a", "changeit".toCharArray()).getEncoded());
        Map<String, String> fleet = fleet(", tls: {cert: " + certificate + ", key: " + key + "}");
        shell.serve();
        String byName = fleet.getOrDefault("VERS_INFRA_URL", "").replace("http://127.0.0.1", "https://localhost");
        ProcessBuilder list = shell.asmp("vm", "list");
        list.environment().putAll(fleet);
        list.environment().put("VERS_INFRA_URL", byName);
        Run stranger = shell.run(list);
        assertEquals(1, stranger.status());
        assertTrue(stranger.err().contains("PKIX"), stranger.err());
        list.environment().put("VERS_CA_FILE", certificate.toString());
        assertEquals(new Run(0, "no VMs yet\n", ""), shell.run(list));
        list.environment().put("VERS_INFRA_URL", byName.replace("localhost", "127.0.0.1"));
        Run otherName = shell.run(list);
        assertEquals(1, otherName.status());
        assertTrue(otherName.err().contains("127.0.0.1"), otherName.err());
        list.environment().put("VERS_CA_FILE", folder.resolve("nothing.pem").toString());
        assertTrue(shell.run(list).err().contains("nothing.pem"));
        Agent agent = agent(Map.of("VERS_VM_ID", "vm-1", "VERS_AUTH_TOKEN", "s3cret", "VERS_INFRA_URL", byName,
                "VERS_CA_FILE", certificate.toString()));
        agent.says("vm-1 is registered as worker (https://localhost:");
        assertEquals("status: running", status("vm-1"));
        assertEquals(0, agent.stopped());
    }

    private Path pem(String kind, byte[] der) throws IOException {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return Files.writeString(folder.resolve(kind.charAt(0) + ".pem"),
                "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }
}
