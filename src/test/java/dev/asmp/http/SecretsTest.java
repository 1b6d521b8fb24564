package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets in manifests and VMs: masked wherever those are listed or told of, whole where one of them is asked for. */
class SecretsTest {
    private static final String MANIFEST = """
            {"asmp":"0.1","kind":"service","name":"mail","repo":"https://bob:hunter2@git.example/mail",
             "description":"sends mail","capabilities":{"provides":["mail.use"]},
             "endpoints":[{"protocol":"http","host":"127.0.0.1","port":7100,"url":"http://bob:hunter2@127.0.0.1:7100"}],
             "x":{"api_key":"hunter2"}}""";
    private static final String VM = """
            {"id":"vm-1","name":"one","role":"worker","address":"https://bob:hunter2@vm-1.example","registeredBy":"test",
             "services":[{"name":"web","port":80,"accessKey":"hunter2"}],
             "metadata":{"commitId":"c-1","env":{"API_TOKEN":"hunter2"}},"reefConfig":{"password":"hunter2"}}""";

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

    private void register() throws Exception {
        RunningDaemon.Reply reply = daemon.json("POST", "/registry/vms", VM);
        assertEquals(201, reply.status(), reply.text());
        assertTrue(reply.text().contains("\"API_TOKEN\":\"hunter2\""), reply.text());
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
        register();
        Path profile = daemon.home().resolve("host.yaml");
        Files.writeString(profile, Files.readString(profile).replace("\"http://127.0.0.1:0\"",
                "\"http://127.0.0.1:0\", tcp: read"));
        daemon.restart();
        for (String path : new String[]{"/services/mail", "/registry/vms/vm-1", "/registry/resolve/one",
                "/registry/vms?whole=true"}) {
            assertFalse(daemon.get(path).text().contains("hunter2"), path);
        }
        assertTrue(
                daemon.send("GET", "/registry/vms?whole=true", new byte[0], "Authorization", "Bearer " + daemon.token())
                        .text().contains("hunter2"));
        assertTrue(daemon.send("GET", "/services/mail", new byte[0], "Authorization", "Bearer " + daemon.token()).text()
                .contains("hunter2"));
    }

    @Test
    void listsEventsAndToolsOfVmsShowTheMask() throws Exception {
        try (InputStream events = URI.create(daemon.url() + "/registry/events").toURL().openStream()) {
            register();
            String event = "";
            while (!event.contains("data:") || !event.endsWith("\n\n")) {
                event += new String(events.readNBytes(1), StandardCharsets.UTF_8);
            }
            assertTrue(event.contains("vm-1") && !event.contains("hunter2"), event);
        }
        for (String path : new String[]{"/registry/vms", "/registry/vms?role=worker&limit=1",
                "/registry/discover/worker",
                "/registry/tree", "/vm-tree/vms", "/vm-tree/vms/vm-1"}) {
            String list = daemon.get(path).text();
            assertTrue(list.contains("vm-1") && list.contains("https://bob:***@"), list);
            assertFalse(list.contains("hunter2"), path);
        }
        assertTrue(
                daemon.get("/registry/vms").text().contains("{\"commitId\":\"c-1\",\"env\":{\"API_TOKEN\":\"***\"}}"));
        String shown = tool("registry_list", "{}") + tool("registry_discover", "{\"role\":\"worker\"}");
        assertTrue(shown.contains("vm-1") && !shown.contains("hunter2"), shown);
        assertFalse(daemon.log().contains("hunter2"), daemon.log());
    }

    @Test
    void aVmByIdIsWholeAndItsMaskIsNotTakenForTheSecret() throws Exception {
        register();
        String whole = daemon.get("/registry/vms/vm-1").text();
        assertEquals(4, whole.split("hunter2", -1).length - 1, whole);
        assertEquals(whole, daemon.get("/registry/resolve/one").text());
        assertTrue(daemon.get("/registry/vms?whole=true").text().contains(whole));
        assertEquals(200, daemon.json("PATCH", "/registry/vms/vm-1", whole).status());
        String masked = "{\"metadata\":{\"env\":{\"API_TOKEN\":\"***\"}}}";
        assertTrue(daemon.json("PATCH", "/registry/vms/vm-1", masked).error()
                .startsWith("metadata.env.API_TOKEN: is the mask ***"));
        assertEquals(400, daemon.json("POST", "/registry/vms", VM.replace("hunter2", "***")).status());
        String list = daemon.get("/registry/vms").text();
        assertEquals(400, daemon.json("POST", "/registry/import", list).status());
        assertEquals(200, daemon.json("PATCH", "/registry/vms/vm-1",
                "{\"status\":\"paused\",\"reefConfig\":{\"password\":\"***\"}}").status(), "which is ignored");
        daemon.restart();
        assertFalse(daemon.get("/registry/vms").text().contains("hunter2"));
        assertTrue(daemon.get("/registry/vms/vm-1").text().contains("\"reefConfig\":{\"password\":\"hunter2\"}"));
    }
}
