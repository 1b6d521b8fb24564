package dev.asmp.http;

import dev.asmp.document.Mapping;
import dev.asmp.health.HealthMonitor;
import dev.asmp.registry.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The owner's page at {@code /} and its files below {@code /ui}; programs get the addresses of the API instead. */
final class PageResource {
    static final String FOLDER = "/ui/";
    private static final Pattern FILE = Pattern.compile("[a-z]{1,40}\\.(js|css|svg)");
    private static final String MARK = "<!-- services -->";
    private static final Answer.Type HTML = Answer.Type.of("text/html; charset=utf-8", true);
    private static final Map<String, Answer.Type> TYPES = Map.of("js",
            Answer.Type.of("text/javascript; charset=utf-8", true), "css",
            Answer.Type.of("text/css; charset=utf-8", true), "svg", Answer.Type.of("image/svg+xml", true));

    /** Nothing from elsewhere, no inline code or style, no text that is parsed as HTML. */
    private static final Map<String, String> GUARDED = Map.of("Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
                    + "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
            "Referrer-Policy", "no-referrer", "Cross-Origin-Opener-Policy", "same-origin", "Cache-Control", "no-cache");
    private static final Map<String, String> NEGOTIATED = Map.of("Vary", "Accept");

    private static final Map<String, String> PAGE = Stream.of(GUARDED, NEGOTIATED)
            .flatMap(headers -> headers.entrySet().stream())
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private final ApiSources sources;
    private final Predicate<Exchange> mayRead;
    private final Map<String, Answer> files = new ConcurrentHashMap<>();
    private @Nullable String shell;

    /** A page that lists services without JavaScript to requests that may read them. */
    PageResource(ApiSources sources, Predicate<Exchange> mayRead) {
        this.sources = sources;
        this.mayRead = mayRead;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/", this::root, "after").add("GET", "/ui/{file}", this::file);
    }

    private Answer root(Exchange exchange) {
        return AcceptHeader.prefersHtml(exchange.header("accept"))
                ? html(mayRead.test(exchange), exchange.query("after")).with(PAGE)
                : Answer.ok(links()).with(NEGOTIATED);
    }

    private Mapping links() {
        Mapping.Builder links = Mapping.builder();
        List.of("services", "capabilities", "health", "status", "events", "discoveries", "host")
                .forEach(name -> links.put(name, "/" + name));
        return Mapping.builder().put("name", "asmp").put("version", sources.daemon().version())
                .put("links",
                        links.put("vms", "/registry/vms").put("mcp", "/mcp").put("openapi", "/openapi.json").build())
                .build();
    }

    private Answer html(boolean mayRead, @Nullable String after) {
        HealthMonitor health = sources.health();
        List<Entry> following = sources.registry().catalog().entries().stream()
                .filter(entry -> after == null || entry.name().compareToIgnoreCase(after) > 0)
                .limit(mayRead ? HtmlServiceList.PAGE + 1L : 0).toList();
        String table = !mayRead
                ? "<p>Only the owner may read here: registry.tcp is token.</p>"
                : HtmlServiceList.render(following, entry -> health.healthy(entry.name()), after != null);
        return Answer.ok(shell().replace(MARK, table).getBytes(StandardCharsets.UTF_8)).as(HTML);
    }

    private synchronized String shell() {
        String known = shell;
        if (known == null) {
            byte[] page = read("page.html");
            if (page == null) {
                throw new IllegalStateException("this program's own jar has no " + FOLDER + "page.html");
            }
            known = new String(page, StandardCharsets.UTF_8);
            shell = known;
        }
        return known;
    }

    private Answer file(Exchange exchange) {
        Answer answer = files.get(exchange.parameter(0));
        if (answer == null) {
            String name = exchange.parameter(0);
            byte[] content = FILE.matcher(name).matches() ? read(name) : null;
            Answer.Type type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
            if (content == null || type == null) {
                throw new HttpError(404, "the page has no file of this name");
            }
            answer = Answer.ok(content).as(type).with(GUARDED).tagged();
            files.put(name, answer);
        }
        return answer;
    }

    private static byte @Nullable [] read(String name) {
        try (InputStream in = PageResource.class.getResourceAsStream(FOLDER + name)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + name + " from this program's own jar", e);
        }
    }
}
