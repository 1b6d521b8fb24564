package dev.asmp.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every view in a real browser: it is drawn, it says nothing on the console, asks no other host, and axe-core finds nothing.
 * With {@code -Dasmp.screenshots=FOLDER} it is also painted into that folder.
 */
class PageViewsTest extends BrowserCase {
    private static final @Nullable String SHOTS = System.getProperty("asmp.screenshots");

    /** The views, each with what is there when it is drawn. */
    private static final Map<String, String> VIEWS = Map.of("overview", "document.querySelector('.changes')",
            "services",
            "document.querySelectorAll('.row').length > 5", "service/mail", "document.querySelector('.plot')",
            "capabilities",
            "document.querySelectorAll('.capability').length > 5", "graph",
            "document.querySelectorAll('.box').length > 30",
            "decide", "document.querySelectorAll('.card').length === 2", "notes",
            "document.querySelectorAll('.card').length === 3",
            "vms", "document.querySelector('.timeline')");

    private void show(String url, String view) {
        tab.load(url + "/#/" + view);
        tab.await(VIEWS.get(view));
    }

    private void paint(String name) throws IOException {
        if (SHOTS != null) {
            tab.eval(
                    "for (const all = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); all.nextNode();) "
                            + "all.currentNode.data = all.currentNode.data.replaceAll('" + folder.toRealPath()
                            + "', '/home/ada')");
            tab.screenshot(Path.of(SHOTS, name + ".png"));
        }
    }

    private void paintAndCheck(String name) throws IOException {
        paint(name);
        assertAccessible(tab, name);
    }

    @Test
    void everyViewIsDrawnAndAccessibleInLightAndDarkAndOnAPhone() throws Exception {
        try (SampleHost host = new SampleHost(folder)) {
            String url = host.daemon().url();
            tab.load(url + "/");
            tab.awaitText("No service is registered yet");
            paintAndCheck("empty");
            host.withServices().withNotes().withVms();
            tab.answer("/services/mail/history", SampleHost.day());
            show(url, "overview");
            paintAndCheck("overview");
            show(url, "services");
            paintAndCheck("services");
            tab.load(url + "/#/services?q=send%20a%20message");
            tab.awaitText("best first");
            assertAccessible(tab, "search");
            show(url, "capabilities");
            assertAccessible(tab, "capabilities");
            show(url, "graph");
            paintAndCheck("graph");
            tab.load(url + "/#/graph/mail");
            tab.await("document.querySelector('.box.center')");
            assertAccessible(tab, "graph of one");
            show(url, "notes");
            tab.click(".card button");
            tab.await("document.querySelector('textarea').value.includes('asmp')");
            assertAccessible(tab, "notes");
            show(url, "vms");
            paintAndCheck("vms");
            show(url, "service/mail");
            paintAndCheck("service");
            host.withProposals();
            decide(host, url);
            paintAndCheck("pending");
            darkAndNarrow(url);
            assertQuiet(tab, url);
        }
    }

    private void decide(SampleHost host, String url) throws Exception {
        tab.load(url + "/#code=" + host.code());
        tab.awaitText("You decide in this tab");
        tab.eval("location.hash = '#/decide/wiki'");
        tab.await("document.activeElement.dataset.card === 'wiki'");
    }

    private void darkAndNarrow(String url) throws IOException {
        tab.dark(true);
        for (String view : VIEWS.keySet()) {
            show(url, view);
            assertAccessible(tab, view + " in the dark", "runOnly: ['color-contrast']");
            if (view.equals("overview")) {
                paint("dark");
            }
        }
        tab.dark(false);
        for (int width : new int[]{640, 1000, 3840}) {
            tab.size(width, width == 3840 ? 2160 : 900);
            for (String view : VIEWS.keySet()) {
                show(url, view);
                assertEquals(width, tab.eval("document.documentElement.scrollWidth").asInt(), view);
            }
        }
        tab.size(360, 740);
        for (String view : VIEWS.keySet()) {
            show(url, view);
            assertEquals(360, tab.eval("document.documentElement.scrollWidth").asInt(), view);
            assertAccessible(tab, view + " on a phone", "rules: { 'color-contrast': { enabled: false } }");
            if (view.equals("overview")) {
                paint("phone");
            }
        }
    }
}
