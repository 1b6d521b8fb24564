package dev.asmp.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A test with a tab of a real browser; skipped where there is none. */
@Timeout(180)
abstract class BrowserCase {
    @TempDir
    private static Path profile;
    private static Browser browser;

    @TempDir
    Path folder;
    Tab tab;

    @BeforeAll
    static void startTheBrowser() throws IOException {
        Path program = Browser.program();
        assumeTrue(program != null, "no Chromium on the path and no ASMP_BROWSER: the page is not tested");
        browser = Browser.start(Objects.requireNonNull(program), profile);
    }

    @AfterAll
    static void stopTheBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void openATab() throws Exception {
        tab = another();
        tab.size(1280, 860);
    }

    @AfterEach
    void closeTheTab() {
        tab.close();
    }

    static Tab another() throws Exception {
        return browser.open();
    }

    /** Fails if the page said anything on its console, or asked another host for anything. */
    static void assertQuiet(Tab tab, String url) {
        assertEquals(List.of(), tab.messages());
        assertTrue(tab.requests().stream().allMatch(one -> one.startsWith(url + "/") || one.equals("about:blank")),
                () -> tab.requests().toString());
    }

    /** Fails with what axe-core finds on the page as it is. */
    static void assertAccessible(Tab tab, String where) throws IOException {
        assertAccessible(tab, where, "");
    }

    /** Fails with what axe-core finds, for example of some rules only. */
    static void assertAccessible(Tab tab, String where, String options) throws IOException {
        try (InputStream in = BrowserCase.class.getResourceAsStream("/axe.min.js")) {
            tab.eval(new String(Objects.requireNonNull(in, "axe.min.js").readAllBytes(), StandardCharsets.UTF_8)
                    + "; 0");
        }
        assertEquals("", tab.eval("axe.run({ resultTypes: ['violations'], " + options
                + " }).then(found => found.violations.map(one => "
                + "one.id + ': ' + one.nodes.slice(0, 3).map(node => node.target + ' ' + node.failureSummary).join(' | ')).join('\\n'))")
                .asText(), where);
    }
}
