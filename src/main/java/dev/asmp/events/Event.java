package dev.asmp.events;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.util.List;

/**
 * A numbered change, published after it is visible.
 *
 * @param id grows from event to event, and across restarts
 * @param topics what it is about besides its name, such as the capabilities of a service or the role of a machine
 * @param data a JSON object on one line
 * @param isWhole false where topics and data were too long to keep, so that it may be about any topic
 */
public record Event(long id, String kind, String name, List<String> topics, byte[] data, boolean isWhole) {
    private static final int OBJECT = 96;
    private static final int TEXT = 48;
    private static final int PARSED = 1024 * 1024;
    private static final int SHORT = 1024;
    private static final int FIELDS = 24;

    public Event {
        topics = List.copyOf(topics);
    }

    /** Tells whether it is about a topic, or may be. */
    public boolean mayBeAbout(String topic) {
        return !isWhole || topics.contains(topic);
    }

    /** The same without its topics and its long fields. */
    Event reduced() {
        Mapping.Builder fields = Mapping.builder();
        if (data.length <= PARSED && Json.read(data) instanceof Mapping whole) {
            whole.fields().entrySet().stream().filter(field -> Json.write(field.getValue()).length <= SHORT)
                    .limit(FIELDS).forEach(field -> fields.put(field.getKey(), field.getValue()));
        }
        byte[] few = Json.write(fields.put("truncated", Scalar.bool(true)).build());
        return new Event(id, kind, name.substring(0, Math.min(name.length(), SHORT)), List.of(), few, false);
    }

    /** The memory that it takes: the data is one byte a character, a text in the heap at most two. */
    long bytes() {
        long bytes = OBJECT + data.length + TEXT + 2L * name.length();
        for (String topic : topics) {
            bytes += TEXT + 2L * topic.length();
        }
        return bytes;
    }
}
