package dev.asmp.document;

import dev.asmp.document.Located.Node;
import dev.asmp.document.Located.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.parser.ParserImpl;

/**
 * Goes once more through the events of a document that {@link YamlReader} has accepted, and notes where its nodes stand. What
 * an alias stands for is elsewhere; so an alias has a place, and nothing below it has one.
 */
final class YamlPlaces {
    private final ParserImpl parser;

    private YamlPlaces(ParserImpl parser) {
        this.parser = parser;
    }

    static Node find(String source) {
        ParserImpl parser = YamlReader.parser(source);
        parser.next(); // the stream
        parser.next(); // the document
        return new YamlPlaces(parser).node(null);
    }

    private Node node(@Nullable Place keyPlace) {
        Event event = parser.next();
        Place value = place(event);
        Place key = keyPlace == null ? value : keyPlace;
        return switch (event) {
            case MappingStartEvent _ -> new Node(key, value, fields(), List.of());
            case SequenceStartEvent _ -> new Node(key, value, Map.of(), items());
            default -> Node.leaf(key, value);
        };
    }

    private Map<String, Node> fields() {
        Map<String, Node> fields = new HashMap<>();
        while (!parser.checkEvent(Event.ID.MappingEnd)) {
            Event key = parser.next();
            Node value = node(place(key));
            if (key instanceof ScalarEvent scalar) {
                fields.put(scalar.getValue(), value);
            }
        }
        parser.next();
        return fields;
    }

    private List<Node> items() {
        List<Node> items = new ArrayList<>();
        while (!parser.checkEvent(Event.ID.SequenceEnd)) {
            items.add(node(null));
        }
        parser.next();
        return items;
    }

    private static Place place(Event event) {
        return new Place(YamlReader.line(event), YamlReader.column(event));
    }
}
