package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The owner's page as HTTP serves it: who gets HTML, what guards it, the list without JavaScript, and sessions. */
class PageTest {
    private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    @TempDir
    private Path folder;
    private TestClock clock;
    private RunningDaemon daemon;

    @BeforeEach
    void start() throws Exception {
        clock = TestClock.somewhen();
        daemon = new RunningDaemon(folder, clock, "policy: {requires_approval: true}\n");
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private RunningDaemon.Reply page(String path) throws Exception {
        return daemon.send("GET", path, new byte[0], "Accept", BROWSER);
    }

    private static String header(RunningDaemon.Reply reply, String name) {
        return reply.response().headers().firstValue(name).orElse("");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            text/html                                                       | true
            text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | true
            text/*                                                          | true
            TEXT/HTML;charset=utf-8                                         | true
            text/html;q=0.9, application/json;q=0.9                         | true
            text/html;q=0.5, application/json                               | false
            application/json, text/html;q=0.9                               | false
            text/html;q=0                                                   | false
            text/html;q=much                                                | false
            text/html;q=0.1, */*;q=0.5                                      | false
            */*                                                             | false
            application/*                                                   | false
            -                                                               | false
            """)
    void htmlIsForThoseThatNameItAndLikeItAtLeastAsMuchAsJson(String accept, boolean html) {
        assertEquals(html, AcceptHeader.prefersHtml(accept));
    }

    @Test
    void programsGetTheAddressesOfTheApi() throws Exception {
        RunningDaemon.Reply root = daemon.get("/");
        assertEquals("application/json", header(root, "Content-Type"));
        assertEquals("Accept", header(root, "Vary"));
        assertEquals("asmp", root.mapping().text("name"));
        assertEquals("/services", root.mapping().mapping("links").text("services"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ui/app.js", "/ui/style.css", "/ui/icon.svg"})
    void everyPartOfThePageIsGuardedAndKeptByItsTag(String path) throws Exception {
        RunningDaemon.Reply reply = page(path);
        assertEquals(200, reply.status());
        String policy = header(reply, "Content-Security-Policy");
        for (String rule : List.of("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
                "img-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
                "require-trusted-types-for 'script'")) {
            assertTrue(policy.contains(rule), policy);
        }
        assertFalse(policy.contains("unsafe"), policy);
        assertEquals("nosniff", header(reply, "X-Content-Type-Options"));
        assertEquals("no-referrer", header(reply, "Referrer-Policy"));
        assertEquals("same-origin", header(reply, "Cross-Origin-Resource-Policy"));
        assertEquals("same-origin", header(reply, "Cross-Origin-Opener-Policy"));
        assertEquals("no-cache", header(reply, "Cache-Control"));
        String tag = header(reply, "ETag");
        assertTrue(tag.matches("\"[0-9a-f]+\""), tag);
        assertEquals(304, daemon.send("GET", path, new byte[0], "Accept", BROWSER, "If-None-Match", tag).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ui/page.html", "/ui/..%2fopenapi.yaml", "/ui/nothing.js", "/ui/App.js", "/ui/app.js%00"})
    void onlyTheFilesOfThePageAreServed(String path) throws Exception {
        assertEquals(404, daemon.get(path).status(), path);
    }

    @Test
    void withoutJavaScriptTheServicesAreThereAHundredToAPage() throws Exception {
        for (int i = 0; i < 150; i++) {
            daemon.write("s" + i, Manifests.yaml("s%03d".formatted(i), "1"));
        }
        daemon.post("/discover/scan");
        approveAll();
        String first = page("/").text();
        assertTrue(first.contains(">s000</a>") && first.contains(">s099</a>") && !first.contains(">s100</a>"));
        assertTrue(first.contains("href=\"/?after=s099\""));
        String second = page("/?after=s099").text();
        assertTrue(second.contains(">s100</a>") && second.contains(">s149</a>") && !second.contains("rel=\"next\""));
    }

    private void approveAll() throws Exception {
        for (int i = 0; i < 150; i++) {
            String path = "/services/s%03d".formatted(i);
            String digest = String.valueOf(daemon.get(path).mapping().mapping("approval").text("digest"));
            assertEquals(200, daemon.asOwner("POST", path + "/approve", "", digest).status());
        }
    }

    @Test
    void aPortThatOnlyTheOwnerMayReadServesThePageWithoutItsContent() throws Exception {
        RunningDaemon.Reply waits = daemon.announce(Manifests.yaml("mail", "1"));
        daemon.asOwner("POST", "/services/mail/approve", "", String.valueOf(waits.mapping().text("digest")));
        Path profile = daemon.home().resolve("host.yaml");
        Files.writeString(profile, Files.readString(profile).replace("127.0.0.1:0\"", "127.0.0.1:0\", tcp: token"));
        daemon.restart();
        assertEquals(401, daemon.get("/services").status());
        assertEquals(404, daemon.get("/ui/../services").status());
        assertEquals(200, daemon.get("/ui/app.js").status());
        String html = page("/").text();
        assertTrue(html.contains("registry.tcp is token") && !html.contains("mail"), html);
        String session = String.valueOf(exchange(code()).mapping().text("session"));
        assertEquals(200, daemon.send("GET", "/services", new byte[0], "Authorization", "Bearer " + session).status());
    }

    @Test
    void whatManifestsSayIsTextInTheList() throws Exception {
        RunningDaemon.Reply waits = daemon.announceJson("""
                {"asmp":"0.1","kind":"service","name":"evil","section":"\\u0007<b>","capabilities":{"provides":["x.y"]},
                 "description":"<script>alert(1)</script>\\"'&"}""");
        daemon.asOwner("POST", "/services/evil/approve", "", String.valueOf(waits.mapping().text("digest")));
        String html = page("/").text();
        assertTrue(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"), html);
        assertFalse(html.contains("<script>alert"), html);
        assertTrue(html.contains("<td> &lt;b&gt;</td>"), html);
    }

    private String code() throws Exception {
        RunningDaemon.Reply reply = daemon.send("POST", "/session/code", new byte[0], "Authorization",
                "Bearer " + daemon.token());
        assertEquals(201, reply.status(), reply.text());
        assertEquals("60", reply.mapping().text("expires_in"));
        return String.valueOf(reply.mapping().text("code"));
    }

    private RunningDaemon.Reply exchange(String code) throws Exception {
        return daemon.json("POST", "/session", "{\"code\":\"" + code + "\"}");
    }

    @Test
    void aSessionDecidesAsTheOwnerAndItsCodeWorksOnce() throws Exception {
        String code = code();
        String session = String.valueOf(exchange(code).mapping().text("session"));
        assertEquals(403, exchange(code).status());
        assertTrue(exchange(code).error().contains("asmp open"));
        String digest = String.valueOf(daemon.announce(Manifests.yaml("mail", "1")).mapping().text("digest"));
        assertEquals(200, daemon.json("POST", "/services/mail/approve", "", "Authorization", "Bearer " + session,
                "If-Match", "\"" + digest + "\"").status());
        assertNotEquals(session, daemon.token());
    }

    @Test
    void aCodeIsForTheOwnersTokenOnlyAndASessionMakesNone() throws Exception {
        String session = String.valueOf(exchange(code()).mapping().text("session"));
        assertEquals(403,
                daemon.send("POST", "/session/code", new byte[0], "Authorization", "Bearer " + session).status());
        assertEquals(401, daemon.post("/session/code").status());
        assertEquals(403, exchange(session).status());
    }

    @Test
    void codesAndSessionsEnd() {
        Duration[] now = {Duration.ZERO};
        OwnerSessions sessions = new OwnerSessions(() -> now[0]);
        String late = sessions.code();
        now[0] = now[0].plusSeconds(61);
        assertEquals(null, sessions.begin(late));
        String session = String.valueOf(sessions.begin(sessions.code()));
        for (int i = 0; i < 3; i++) {
            now[0] = now[0].plusHours(11);
            assertTrue(sessions.isIn("Bearer " + session));
        }
        now[0] = now[0].plusHours(13);
        assertFalse(sessions.isIn("Bearer " + session));
    }

    @Test
    void theSessionThatWasUnusedForLongestEndsWhereThereAreTooMany() {
        Duration[] now = {Duration.ZERO};
        OwnerSessions sessions = new OwnerSessions(() -> now[0]);
        String first = String.valueOf(sessions.begin(sessions.code()));
        now[0] = now[0].plusSeconds(1);
        String second = String.valueOf(sessions.begin(sessions.code()));
        now[0] = now[0].plusSeconds(1);
        assertTrue(sessions.isIn("Bearer " + first));
        for (int i = 2; i <= OwnerSessions.MOST; i++) {
            now[0] = now[0].plusSeconds(1);
            sessions.begin(sessions.code());
        }
        assertTrue(sessions.isIn("Bearer " + first));
        assertFalse(sessions.isIn("Bearer " + second));
    }
}
