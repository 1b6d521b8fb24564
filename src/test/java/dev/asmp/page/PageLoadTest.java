package dev.asmp.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Five thousand services: no task keeps the page busy for long, whatever a person does. A task is measured by the time that it
 * has the processor, since other programs may take it away.
 */
class PageLoadTest extends BrowserCase {
    private static final int SERVICES = 5_000;
    private static final long LONG = 50;

    @Test
    void fiveThousandServicesAreScrolledSearchedAndChangedWithoutALongTask() throws Exception {
        try (RunningDaemon daemon = new RunningDaemon(folder, TestClock.somewhen(), "")) {
            for (int i = 0; i < SERVICES; i++) {
                daemon.write("s" + i, manifest(i));
            }
            daemon.post("/discover/scan");
            tab.record();
            use(daemon);
            assertEquals(List.of(), tab.tasksLongerThan(LONG), "tasks of more than " + LONG + " ms");
            assertQuiet(tab, daemon.url());
        }
    }

    private static String manifest(int i) {
        return """
                asmp: "0.1"
                kind: service
                name: service-%04d
                description: number %d of the services on a host that has more of them than anyone can remember
                section: section-%02d
                capabilities: {provides: [domain%d.action%d, domain%d.read], requires: [domain%d.action%d]}
                """.formatted(i, i, i % 40, i % 100, i, i % 100, (i + 1) % 100, (i + 1) % SERVICES);
    }

    private void use(RunningDaemon daemon) throws Exception {
        tab.load(daemon.url() + "/#/overview");
        tab.await("document.querySelector('.figure strong').textContent === '5,000'");
        tab.press("g", "s");
        tab.await("document.querySelector('.body > .quiet').textContent === '5,000 services'");
        for (int i = 0; i < 10; i++) {
            tab.eval("scrollTo(0, document.documentElement.scrollHeight * " + i + " / 10); "
                    + "new Promise(next => requestAnimationFrame(() => requestAnimationFrame(() => next(0))))");
        }
        tab.press("j", "j", "k");
        tab.await("document.activeElement.closest('.row')");
        tab.eval("document.activeElement.blur(); scrollTo(0, 0)");
        daemon.json("PATCH", "/services/service-0000", "{\"description\":null}");
        tab.await("[...document.querySelectorAll('.row')].some(row => row.textContent.includes('domain0.action0'))");
        daemon.json("PATCH", "/services/service-0000", "{\"description\":\"changed again\"}");
        tab.await("[...document.querySelectorAll('.row')].some(row => row.textContent.includes('changed again'))");
        tab.press("/");
        tab.type("number 777");
        tab.await("document.querySelector('.body > .quiet').textContent.includes('best first')");
        tab.eval("document.activeElement.blur()");
        tab.press("g", "c");
        tab.await("document.querySelectorAll('.capability .words').length > 5");
        tab.press("/");
        tab.type("action77");
        tab.await("document.querySelectorAll('.capability .words').length < 20");
        tab.eval("document.activeElement.blur()");
        tab.press("g", "g");
        tab.await("document.querySelectorAll('.box').length > 2");
        tab.press("g", "o");
        tab.await("document.querySelector('.figure strong')");
    }
}
