package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.RegistryException;
import dev.asmp.document.Mapping;
import dev.asmp.mcp.Ambient.Event;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The JSON of the hooks of Claude Code and Codex, which have the same shape for the events that are answered here. */
final class HookInput {
    /** A longer prompt is no question that a service answers. */
    private static final int MOST = 1024 * 1024;
    /** Read on and thrown away, so that the client's write succeeds. */
    private static final int DRAINED = 64 * 1024 * 1024;

    private HookInput() {}

    /** Reads what a client writes to its hook; what is not given there is as asked. Anything but such JSON has no event. */
    static AmbientCommand.Moment read(InputStream in, AmbientCommand.Moment asked) {
        Mapping input = Mapping.EMPTY;
        try {
            byte[] bytes = in.readNBytes(MOST + 1);
            if (bytes.length > MOST) {
                drain(in);
            } else if (bytes.length > 0) {
                input = JsonReader.mapping(bytes);
            }
        } catch (IOException | RegistryException _) {
            // No event.
        }
        String event = input.text("hook_event_name");
        return new AmbientCommand.Moment(event, or(input.text("prompt"), asked.prompt()),
                or(input.text("agent_type"), asked.scope()), asked.isParentUser(), asked.maxBytes());
    }

    private static void drain(InputStream in) throws IOException {
        byte[] piece = new byte[64 * 1024];
        for (int left = DRAINED; left > 0;) {
            int count = in.read(piece);
            if (count < 0) {
                return;
            }
            left -= count;
        }
    }

    private static String or(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }

    /** The answer to a hook; nothing at all where there is nothing to say. Written by hand: the library takes longer to load. */
    static String answer(@Nullable Event event, String text) {
        if (text.isEmpty() || event == null) {
            return "";
        }
        return "{\"hookSpecificOutput\":{\"hookEventName\":" + quoted(event.word()) + ",\"additionalContext\":"
                + quoted(text)
                + "}}\n";
    }

    /** A text as a JSON string of ASCII characters. */
    private static String quoted(String text) {
        StringBuilder json = new StringBuilder(text.length() + 16).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c == '\n') {
                json.append("\\n");
            } else if (c < ' ' || c > '~') {
                String hex = Integer.toHexString(c);
                json.append("\\u").append("0000", 0, 4 - hex.length()).append(hex);
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
