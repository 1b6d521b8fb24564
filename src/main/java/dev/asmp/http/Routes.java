package dev.asmp.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The table of all endpoints. A path is split before it is decoded, so that an escaped slash stays inside its segment; a
 * segment in braces matches any.
 */
final class Routes {
    private final List<Route> routes = new ArrayList<>();
    private final RouteMetrics unrouted = new RouteMetrics();

    /** Answers one kind of request. */
    @FunctionalInterface
    interface Handler {
        Answer handle(Exchange exchange);
    }

    /** One endpoint: {@code GET /services/{name}}. */
    record Route(String method, String pattern, List<String> parts, Handler handler, List<String> query,
            RouteMetrics meter) {
        /** Answers a request; below {@code /registry}, whose clients send what they like, no parameter is refused. */
        Answer answer(Exchange exchange) {
            if (!pattern.startsWith("/registry")) {
                exchange.checkParameters(query);
            }
            return handler.handle(exchange);
        }

        /** The decoded segments in braces; null if the path does not match. */
        @Nullable
        List<String> match(List<String> path) {
            if (path.size() != parts.size()) {
                return null;
            }
            List<String> open = List.of();
            for (int i = 0; i < parts.size(); i++) {
                if (parts.get(i).startsWith("{")) {
                    open = open.isEmpty() ? new ArrayList<>(2) : open;
                    open.add(decode(path.get(i)));
                } else if (!parts.get(i).equals(path.get(i))) {
                    return null;
                }
            }
            return open;
        }
    }

    /** The route of a path, with the segments in braces. */
    record Match(Route route, List<String> parameters) {}

    /** Adds an endpoint with the query parameters that it reads. */
    Routes add(String method, String pattern, Handler handler, String... query) {
        routes.add(new Route(method, pattern, split(pattern), handler, List.of(query), new RouteMetrics()));
        return this;
    }

    /** Counts an answer to a request that no route was found for, or that was refused before. */
    RouteMetrics unrouted() {
        return unrouted;
    }

    /** Adds what was counted on this socket. */
    void writeTo(MetricsPage page, String socket) {
        routes.forEach(route -> route.meter.writeTo(page, socket, route.method, route.pattern));
        unrouted.writeTo(page, socket, "", "none");
    }

    List<Route> all() {
        return List.copyOf(routes);
    }

    /** Finds the route; 404 if there is no such path, null if it has other methods only. */
    @Nullable
    Match find(String method, String rawPath) {
        List<String> path = split(rawPath);
        for (Route route : routes) {
            if (route.method.equals(method)) {
                List<String> open = route.match(path);
                if (open != null) {
                    return new Match(route, open);
                }
            }
        }
        if (allowed(rawPath).isEmpty()) {
            throw new HttpError(404, "there is no " + decode(rawPath) + " here");
        }
        return null;
    }

    /** The methods of a path, for the Allow header. */
    String allowed(String rawPath) {
        List<String> path = split(rawPath);
        TreeSet<String> methods = new TreeSet<>();
        routes.stream().filter(route -> route.match(path) != null).forEach(route -> methods.add(route.method));
        return String.join(", ", methods);
    }

    /** The segments of a path; a trailing slash is ignored. */
    private static List<String> split(String path) {
        List<String> parts = new ArrayList<>(4);
        int start = 1;
        for (int slash = path.indexOf('/', start); slash >= 0; slash = path.indexOf('/', start)) {
            parts.add(path.substring(start, slash));
            start = slash + 1;
        }
        if (start < path.length()) {
            parts.add(path.substring(start));
        }
        return parts;
    }

    private static String decode(String part) {
        if (part.indexOf('%') < 0) {
            return part;
        }
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw new HttpError(400, "the path has a broken percent escape");
        }
    }
}
