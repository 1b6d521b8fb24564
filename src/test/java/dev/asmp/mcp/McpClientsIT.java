package dev.asmp.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The official clients for TypeScript, over HTTP and over standard input and output. */
class McpClientsIT {
    private static final Path SOURCES = Path.of("src/test/js");
    private static final Path PLACE = Path.of("target/mcp-clients");

    @TempDir
    private Path home;
    private TestServer server;

    McpClientsIT() throws IOException {
        server = new TestServer(FakeRegistry.ofTwo());
    }

    /** How a program ended, and all that it printed. */
    private record Run(int status, String said) {}

    @BeforeAll
    static void install() throws Exception {
        unlessSkipped(runs("node", "--version") && runs("npm", "--version"),
                "there is no Node here (install nodejs and npm)");
        Files.createDirectories(PLACE);
        boolean same = Files.exists(PLACE.resolve("node_modules/.package-lock.json"))
                && Files.mismatch(SOURCES.resolve("package.json"), PLACE.resolve("package.json")) < 0;
        for (String file : List.of("package.json", "walk.mjs")) {
            Files.copy(SOURCES.resolve(file), PLACE.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!same) {
            Run run = run(Path.of("target/mcp-clients"),
                    List.of("npm", "install", "--no-audit", "--no-fund", "--silent"));
            unlessSkipped(run.status == 0, "npm could not install them: " + run.said);
        }
    }

    /** A test that is skipped must not look like one that passed. */
    private static void unlessSkipped(boolean possible, String reason) {
        if (!possible) {
            System.err.println("SKIPPED: the official MCP clients were not tried, because " + reason);
        }
        assumeTrue(possible, reason);
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return run(Path.of("."), List.of(command)).status == 0;
        } catch (IOException _) {
            return false;
        }
    }

    private static Run run(Path folder, List<String> command, String... environment)
            throws IOException, InterruptedException {
        Path said = Files.createTempFile("asmp-client", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                    .redirectOutput(said.toFile());
            builder.environment().keySet().removeAll(List.of("ASMP_HOME", "VERS_INFRA_URL", "VERS_AUTH_TOKEN"));
            for (int i = 0; i < environment.length; i += 2) {
                builder.environment().put(environment[i], environment[i + 1]);
            }
            Process process = builder.start();
            if (!process.waitFor(180, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Run(-1, "does not end: " + Files.readString(said));
            }
            return new Run(process.exitValue(), Files.readString(said));
        } finally {
            Files.delete(said);
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void walk(String client, String revision, List<String> target) throws Exception {
        List<String> command = new ArrayList<>(List.of("node", "walk.mjs", client, revision));
        command.addAll(target);
        Run run = run(PLACE, command, "HOME", home.toString(), "ASMP_HOME", home.toString(), "ASMP_REGISTRY_URL",
                server.url());
        assertEquals(0, run.status, run.said);
        assertTrue(run.said.startsWith("walked through 14 tools"), run.said);
    }

    @ParameterizedTest(name = "{0} {1} over HTTP")
    @CsvSource({"sdk, 2025-11-25", "client, 2026-07-28", "client, 2025-11-25", "client, 2025-06-18",
            "client, 2025-03-26"})
    void anOfficialClientWalksThroughOverHttp(String client, String revision) throws Exception {
        walk(client, revision, List.of(server.url() + "/mcp?tools=services,vms"));
    }

    @ParameterizedTest(name = "{0} {1} over standard input and output")
    @CsvSource({"sdk, 2025-11-25", "client, 2026-07-28", "client, 2025-06-18", "client, 2025-03-26"})
    void anOfficialClientWalksThroughOverStandardInput(String client, String revision) throws Exception {
        walk(client, revision, List.of(System.getProperty("asmp.launcher"), "mcp", "--tools", "services,vms"));
    }
}
