package dev.asmp.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Manifests whose texts are hostile, long, or of other scripts, in a real browser. */
class PageTextTest extends BrowserCase {
    private RunningDaemon daemon;

    @BeforeEach
    void start() throws Exception {
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "policy: {requires_approval: false}\n");
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private void open(String view) {
        tab.load(daemon.url() + "/#/" + view);
        tab.awaitText("Live");
    }

    private void requireApproval() throws Exception {
        Path profile = daemon.home().resolve("host.yaml");
        Files.writeString(profile,
                Files.readString(profile).replace("requires_approval: false", "requires_approval: true"));
        daemon.post("/reload");
    }

    @Test
    void whatAManifestSaysStaysText() throws Exception {
        String evil = "<img src=x onerror=pwned=1><script>pwned=1</script>";
        for (String icon : List.of("http://127.0.0.1:9/pixel.png", "data:image/png;base64,AAAA", "envelope", "&#9993;",
                evil)) {
            daemon.announceJson(
                    """
                            {"asmp":"0.1","kind":"service","name":"evil%d","section":"%s","description":"%s","owner":"%s",
                             "display":{"icon":"%s","label":"%s","url":"javascript:pwned=1"},
                             "endpoints":[{"protocol":"javascript","host":"pwned=1","path":"//x"},{"protocol":"data","host":"text/html,<script>"},
                               {"protocol":"http","host":"127.0.0.1","port":7199,"note":"%s"}],
                             "capabilities":{"provides":["a.b%d","%s"],"requires":["%s"]},
                             "mods":[{"name":"m","state":"available","description":"%s","capabilities":{"provides":["%s"]}}]}"""
                            .formatted(icon.length(), evil, evil, evil, icon, evil, evil, icon.length(), evil,
                                    evil + icon.length(), evil, evil));
        }
        daemon.json("POST", "/discoveries",
                "{\"name\":\"fax\",\"note\":\"" + evil + "\",\"repo\":\"javascript:pwned=1\"}");
        requireApproval();
        daemon.announceJson("""
                {"asmp":"0.1","kind":"service","name":"later","description":"%s","capabilities":{"provides":["%s"]}}"""
                .formatted(evil, evil));
        for (String view : List.of("overview", "services", "services?q=img", "capabilities", "service/evil8", "graph",
                "decide",
                "notes")) {
            open(view);
            tab.await(
                    "document.querySelector('.body').textContent.includes('onerror') || location.hash === '#/overview'");
            assertEquals(0,
                    tab.eval("document.querySelectorAll('img, iframe, object, script:not([src])').length").asInt(),
                    view);
            assertEquals("undefined", tab.eval("typeof pwned").asText(), view);
            assertEquals(0, tab
                    .eval("[...document.querySelectorAll('a')].filter(a => !/^(https?:|#)/.test(a.getAttribute('href'))"
                            + " && !a.classList.contains('skip')).length")
                    .asInt(), view);
        }
        open("services");
        tab.await("document.querySelectorAll('.avatar').length === 5");
        assertTrue(
                tab.eval("[...document.querySelectorAll('.avatar')].every(one => one.textContent === 'E')").asBoolean(),
                tab.text());
        assertQuiet(tab, daemon.url());
    }

    @Test
    void namesOfAllScriptsAndAThousandCapabilitiesHaveRoom() throws Exception {
        String capabilities = IntStream.range(0, 1000)
                .mapToObj(i -> "\"bulk.capability-%04d.%s\"".formatted(i, "x".repeat(i % 90)))
                .collect(Collectors.joining(","));
        daemon.announceJson(
                """
                        {"asmp":"0.1","kind":"service","name":"bulk","display":{"label":"خدمة البريد الإلكتروني 📮👩‍👩‍👧‍👦","icon":"👩‍👩‍👧‍👦"},
                         "description":"%s","capabilities":{"provides":[%s]}}"""
                        .formatted("w".repeat(3000), capabilities));
        tab.size(360, 740);
        for (String view : List.of("overview", "services", "service/bulk", "capabilities")) {
            open(view);
            tab.await("document.querySelector('.body').childElementCount > 0");
            assertTrue(tab.eval("document.documentElement.scrollWidth").asInt() <= 360, view);
        }
        open("service/bulk");
        tab.awaitText("Show 200 more of 1000");
        assertEquals("👩‍👩‍👧‍👦", tab.eval("document.querySelector('h1 .avatar').textContent").asText());
        assertQuiet(tab, daemon.url());
    }
}
