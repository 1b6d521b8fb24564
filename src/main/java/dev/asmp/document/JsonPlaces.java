package dev.asmp.document;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.asmp.document.Located.Node;
import dev.asmp.document.Located.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Goes once more through the tokens of a document that {@link Json} has accepted, and notes where its nodes stand. */
final class JsonPlaces {
    private final JsonParser parser;

    private JsonPlaces(JsonParser parser) {
        this.parser = parser;
    }

    static Node find(JsonParser parser) throws IOException {
        return new JsonPlaces(parser).node(parser.nextToken(), null);
    }

    private Node node(JsonToken token, @Nullable Place keyPlace) throws IOException {
        Place value = place();
        Place key = keyPlace == null ? value : keyPlace;
        return switch (token) {
            case START_OBJECT -> new Node(key, value, fields(), List.of());
            case START_ARRAY -> new Node(key, value, Map.of(), items());
            default -> Node.leaf(key, value);
        };
    }

    private Map<String, Node> fields() throws IOException {
        Map<String, Node> fields = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            Place keyPlace = place();
            fields.put(key, node(parser.nextToken(), keyPlace));
        }
        return fields;
    }

    private List<Node> items() throws IOException {
        List<Node> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(node(token, null));
        }
        return items;
    }

    private Place place() {
        JsonLocation location = parser.currentTokenLocation();
        return new Place(location.getLineNr(), location.getColumnNr());
    }
}
