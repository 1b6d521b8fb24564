package dev.asmp.events;

import java.util.List;

/**
 * A numbered change, published after it is visible.
 *
 * @param id grows from event to event, and across restarts
 * @param topics what it is about besides its name, such as the capabilities of a service or the role of a machine
 * @param data a JSON object on one line
 */
public record Event(long id, String kind, String name, List<String> topics, byte[] data) {
    public Event {
        topics = List.copyOf(topics);
    }
}
