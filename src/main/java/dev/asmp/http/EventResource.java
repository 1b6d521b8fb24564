package dev.asmp.http;

import dev.asmp.events.Event;
import dev.asmp.events.Feed;
import java.util.function.Predicate;

/** The stream of changes of this host's services. */
final class EventResource {
    private final Feed feed;
    private final EventStreams streams;

    EventResource(Feed feed, EventStreams streams) {
        this.feed = feed;
        this.streams = streams;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/events", exchange -> streams.from(feed, exchange, wanted(exchange)),
                "name", "provides", "recent");
    }

    private static Predicate<Event> wanted(Exchange exchange) {
        Predicate<Event> wanted = _ -> true;
        String name = exchange.query("name");
        if (name != null) {
            wanted = wanted.and(event -> event.name().equals(name));
        }
        String provides = exchange.query("provides");
        return provides == null ? wanted : wanted.and(event -> isAbout(event, provides));
    }

    private static boolean isAbout(Event event, String wanted) {
        return wanted.endsWith(".*")
                ? !event.isWhole() || event.topics().stream()
                        .anyMatch(topic -> topic.startsWith(wanted.substring(0, wanted.length() - 1)))
                : event.mayBeAbout(wanted);
    }
}
