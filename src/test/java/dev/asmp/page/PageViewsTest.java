package dev.asmp.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every view in a real browser: it is drawn, it says nothing on the console, asks no other host, and axe-core finds nothing.
 * With {@code -Dasmp.screenshots=FOLDER} it is also painted into that folder.
 */
class PageViewsTest extends BrowserCase {
    private static final @Nullable String SHOTS = System.getProperty("asmp.screenshots");

    private void paint(String name) throws IOException {
        if (SHOTS != null) {
            tab.screenshot(Path.of(SHOTS, name + ".png"));
        }
        if (!name.startsWith("narrow")) {
            assertAccessible(tab, name);
        }
    }

    @Test
    void everyViewIsDrawnWithoutAMessageAndWithoutARequestToAnotherHost() throws Exception {
        try (SampleHost host = new SampleHost(folder)) {
            String url = host.daemon().url();
            tab.load(url + "/");
            tab.awaitText("No service is registered yet");
            paint("empty");
            host.withServices().withNotes().withVms();
            tab.load(url + "/#/overview");
            tab.awaitText("your attention");
            paint("overview");
            tab.load(url + "/#/services");
            tab.awaitText("40 services");
            paint("services");
            tab.load(url + "/#/services?q=send%20a%20message");
            tab.awaitText("best first");
            paint("search");
            tab.load(url + "/#/capabilities");
            tab.awaitText("capabilities");
            paint("capabilities");
            tab.load(url + "/#/graph");
            tab.await("document.querySelectorAll('.box').length > 30");
            paint("graph");
            tab.load(url + "/#/graph/mail");
            tab.await("document.querySelector('.box.center')");
            paint("graph-around");
            tab.load(url + "/#/notes");
            tab.awaitText("five faxes");
            tab.click(".card button");
            tab.await("document.querySelector('textarea').value.includes('asmp')");
            paint("notes");
            tab.load(url + "/#/vms");
            tab.awaitText("12 VMs");
            paint("vms");
            tab.answer("/services/mail/history", SampleHost.day());
            tab.load(url + "/#/service/mail");
            tab.await("document.querySelector('.plot')");
            paint("service");
            host.withProposals();
            tab.load(url + "/#/decide");
            tab.awaitText("invoice-bot");
            paint("pending");
            tab.dark(true);
            tab.load(url + "/#/overview");
            tab.awaitText("your attention");
            paint("dark");
            tab.load(url + "/#/services");
            tab.awaitText("40 services");
            paint("dark-services");
            tab.dark(false);
            tab.size(360, 740);
            for (String view : List.of("overview", "services", "service/mail", "capabilities", "graph", "decide",
                    "notes", "vms")) {
                tab.load(url + "/#/" + view);
                tab.await("document.querySelector('.body')?.childElementCount > 0");
                assertEquals(360, tab.eval("document.documentElement.scrollWidth").asInt(), view);
                paint("narrow-" + view.replace("/mail", ""));
            }
            assertQuiet(tab, url);
        }
    }
}
