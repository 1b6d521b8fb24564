package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets in manifests: masked wherever services are listed or told of, whole where one service is asked for. */
class SecretsTest {
    private static final String MANIFEST = """
            {"asmp":"0.1","kind":"service","name":"mail","repo":"https://bob:hunter2@git.example/mail",
             "description":"sends mail","capabilities":{"provides":["mail.use"]},
             "endpoints":[{"protocol":"http","host":"127.0.0.1","port":7100,"url":"http://bob:hunter2@127.0.0.1:7100"}],
             "x":{"api_key":"hunter2"}}""";

    @TempDir
    private Path folder;
    private RunningDaemon daemon;

    @BeforeEach
    void start() throws Exception {
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "x: {api_key: hunter2}\n");
        RunningDaemon.Reply reply = daemon.announceJson(MANIFEST);
        assertEquals(201, reply.status(), reply.text());
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private String tool(String name, String arguments) throws Exception {
        return daemon.json("POST", "/mcp", """
                {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"%s","arguments":%s}}"""
                .formatted(name, arguments)).text();
    }

    @Test
    void listsRowsAndToolsShowTheMask() throws Exception {
        for (String path : new String[]{"/services", "/services?q=mail", "/capabilities?provides=mail.use",
                "/capabilities?provides=mail.*", "/host", "/status"}) {
            assertFalse(daemon.get(path).text().contains("hunter2"), path);
        }
        assertTrue(daemon.get("/services").text().contains("\"api_key\":\"***\""));
        String shown = tool("service_get", "{\"name\":\"mail\"}");
        assertTrue(shown.contains("mail") && !shown.contains("hunter2"), shown);
        assertFalse(daemon.log().contains("hunter2"), daemon.log());
    }

    @Test
    void theManifestByNameIsWholeAndCanBePostedBack() throws Exception {
        String whole = daemon.get("/services/mail").text();
        assertTrue(whole.contains("\"api_key\":\"hunter2\"") && whole.contains("bob:hunter2@git"), whole);
        assertEquals(201, daemon.announceJson(whole).status());
        daemon.restart();
        assertEquals(whole.replace("\"generation\":1", "\"generation\":2"), daemon.get("/services/mail").text());
        assertFalse(daemon.get("/services").text().contains("hunter2"));
    }

    @Test
    void aMaskIsNotTakenForTheSecret() throws Exception {
        RunningDaemon.Reply reply = daemon.announceJson(MANIFEST.replace("\"hunter2\"", "\"***\""));
        assertEquals(400, reply.status());
        assertTrue(reply.error().startsWith("x.api_key: is the mask ***"), reply.error());
        assertEquals(400, daemon.json("PATCH", "/services/mail", "{\"x\":{\"api_key\":\"***\"}}").status());
        assertEquals(400, daemon.json("POST", "/services", MANIFEST.replace("hunter2", "***")).status());
    }

    @Test
    void overAPortForReadingItIsMaskedByNameToo() throws Exception {
        Path profile = daemon.home().resolve("host.yaml");
        Files.writeString(profile, Files.readString(profile).replace("\"http://127.0.0.1:0\"",
                "\"http://127.0.0.1:0\", tcp: read"));
        daemon.restart();
        assertFalse(daemon.get("/services/mail").text().contains("hunter2"));
        assertTrue(daemon.send("GET", "/services/mail", new byte[0], "Authorization", "Bearer " + daemon.token()).text()
                .contains("hunter2"));
    }
}
