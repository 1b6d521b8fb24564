package dev.asmp.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Web pages that are not the registry's own, in a real browser: they read nothing and change nothing, on both ports. */
class BrowserTest {
    private static final String SECRET = "canary";
    private static final Pattern FLEET = Pattern.compile("listens for other hosts on http://\\S+:([0-9]+)");

    /** Asks in all ways that a page has, and writes down what it could read. */
    private static final String SCRIPT = """
            const seen = [];
            const note = text => seen.push(String(text));
            const limit = () => AbortSignal.timeout(2000);
            const read = (url, options) => fetch(url, {signal: limit(), ...options})
                .then(reply => reply.text()).then(note, () => {});
            const frame = url => new Promise(done => {
                const frame = document.createElement('iframe');
                frame.onload = () => {
                    try { note(frame.contentDocument.body.innerText); } catch (e) {}
                    done();
                };
                frame.src = url;
                document.body.append(frame);
                setTimeout(done, 2000);
            });
            const form = (url, type) => new Promise(done => {
                const form = document.createElement('form');
                form.method = 'POST'; form.action = url; form.enctype = type; form.target = 'sink';
                const field = document.createElement('input');
                field.name = '{"name":"evil","x":"'; field.value = '"}';
                form.append(field);
                document.body.append(form);
                form.submit();
                setTimeout(done, 500);
            });
            const events = url => new Promise(done => {
                const source = new EventSource(url);
                source.onmessage = event => note(event.data);
                source.onopen = () => note('canary: the stream is open');
                setTimeout(() => { source.close(); done(); }, 1000);
            });
            const manifest = JSON.stringify({asmp: '0.1', kind: 'service', name: 'evil', description: 'evil',
                capabilities: {provides: ['evil.do']}});
            const vm = JSON.stringify({id: 'evil', name: 'evil', role: 'worker', address: 'a', registeredBy: 'b'});
            async function attack(api, fleet) {
                const sink = document.createElement('iframe');
                sink.name = 'sink';
                document.body.append(sink);
                const json = {'Content-Type': 'application/json'};
                const tries = [];
                for (const url of [api + '/services', api + '/capabilities?provides=mail.use', api + '/', api + '/host',
                    fleet + '/registry/vms', fleet + '/health']) {
                    tries.push(read(url), read(url, {mode: 'no-cors'}), read(url, {credentials: 'include'}), frame(url));
                }
                for (const [url, body] of [[api + '/services/announce', manifest], [api + '/services', manifest],
                    [api + '/discoveries', '{"name":"evil"}'], [api + '/registry/vms', vm], [fleet + '/registry/vms', vm],
                    [api + '/mcp', '{"jsonrpc":"2.0","id":1,"method":"tools/list"}']]) {
                    tries.push(read(url, {method: 'POST', body, headers: json}),
                        read(url, {method: 'POST', body, mode: 'no-cors'}), form(url, 'text/plain'));
                    navigator.sendBeacon(url, new Blob([body], {type: 'text/plain'}));
                }
                tries.push(read(api + '/services/canary', {method: 'DELETE'}),
                    read(fleet + '/registry/vms/canary', {method: 'DELETE'}), events(api + '/events'),
                    events(fleet + '/registry/events'));
                await Promise.allSettled(tries);
                return seen.join('\\n');
            }
            """;

    @TempDir
    private static Path folder;
    private static RunningDaemon daemon;
    private static HttpServer foreign;
    private static @Nullable Path program;
    private static int fleet;

    @BeforeAll
    static void start() throws Exception {
        program = Browser.program();
        assumeTrue(program != null, "there is no Chromium");
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "fleet: {listen: '127.0.0.1:0'}\n");
        Matcher port = FLEET.matcher(daemon.log());
        assertTrue(port.find(), daemon.log());
        fleet = Integer.parseInt(port.group(1));
        daemon.announce(Manifests.yaml(SECRET, "1", "mail.use"));
        daemon.json("POST", "/registry/vms",
                "{\"id\":\"canary\",\"name\":\"canary\",\"role\":\"worker\",\"address\":\"a\","
                        + "\"registeredBy\":\"b\"}");
        foreign = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String call = "attack('http://127.0.0.1:" + daemon.port() + "', 'http://127.0.0.1:" + fleet + "')";
        serve("/page", "<body><pre id=out></pre><script>" + SCRIPT + call + ".then(text => {"
                + " document.getElementById('out').textContent = text + ' [tried]'; })</script>");
        serve("/frame", "<body><script>" + SCRIPT + call + ".then(text => parent.postMessage(text, '*'))</script>");
        serve("/sandbox", "<body><pre id=out></pre><script>onmessage = event => {"
                + " document.getElementById('out').textContent = event.data + ' [tried]'; }</script>"
                + "<iframe sandbox='allow-scripts allow-forms' src='/frame'></iframe>");
        foreign.start();
    }

    private static void serve(String path, String html) {
        byte[] page = html.getBytes(StandardCharsets.UTF_8);
        foreign.createContext(path, exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
    }

    @AfterAll
    static void stop() {
        if (daemon != null) {
            daemon.close();
            foreign.stop(0);
        }
    }

    /** The document of a page after it has run. */
    private static String visit(String url, Path profile) throws IOException, InterruptedException {
        Process browser = new ProcessBuilder(String.valueOf(program), "--headless=new", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--no-first-run", "--user-data-dir=" + profile,
                "--host-resolver-rules=MAP evil.example 127.0.0.1", "--virtual-time-budget=20000", "--timeout=60000",
                "--dump-dom", url).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String document = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(browser.waitFor(60, TimeUnit.SECONDS));
        return document;
    }

    private static void nothingHasChanged() throws Exception {
        assertEquals(List.of(SECRET), names("/services"));
        assertEquals(List.of(SECRET), names("/registry/vms"));
        assertEquals(List.of(), names("/discoveries?pending=false"));
    }

    private static long refused() throws Exception {
        return Pattern.compile("status=\"403\"} ([0-9]+)").matcher(daemon.get("/metrics").text()).results()
                .mapToLong(found -> Long.parseLong(found.group(1))).sum();
    }

    private static List<String> names(String path) throws Exception {
        try (Stream<String> names = Pattern.compile("\"name\":\"([^\"]+)\"").matcher(daemon.get(path).text()).results()
                .map(found -> found.group(1))) {
            return names.toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example:PORT/page", "http://127.0.0.1:PORT/page", "http://localhost:PORT/page",
            "http://evil.example:PORT/sandbox", "http://127.0.0.1:PORT/sandbox"})
    void aPageOfAnotherOriginReadsAndChangesNothing(String url, @TempDir Path profile) throws Exception {
        long refused = refused();
        String document = visit(url.replace("PORT", Integer.toString(foreign.getAddress().getPort())), profile);
        assertTrue(document.contains("[tried]"), document);
        if (url.startsWith("http://127")) { // a browser may not even send what comes from another host
            assertTrue(refused() > refused, "nothing was tried");
        }
        String seen = document.replaceAll("(?s)<script>.*?</script>", "").replaceAll("<iframe[^>]*>", "");
        assertFalse(seen.contains(SECRET), seen);
        nothingHasChanged();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/services", "/", "/services/canary", "/events", "FLEET/registry/vms", "FLEET/health"})
    void aPageFromANameThatWasMadeToPointHereReadsNothing(String path, @TempDir Path profile) throws Exception {
        String url = "http://evil.example:" + (path.startsWith("FLEET") ? fleet : daemon.port())
                + path.replace("FLEET", "");
        String document = visit(url, profile);
        assertFalse(document.contains(SECRET) || document.contains("\"status\":\"ok\""), document);
        assertTrue(document.contains("error"), document);
        nothingHasChanged();
    }

    @Test
    void theBrowserDoesReachTheRegistry(@TempDir Path profile) throws Exception {
        assertTrue(visit("http://127.0.0.1:" + daemon.port() + "/services", profile).contains(SECRET));
        assertTrue(visit("http://127.0.0.1:" + fleet + "/registry/vms", profile).contains(SECRET));
    }
}
