package dev.asmp.document;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Adds members to the end of a JSON object held as bytes, without parsing it. Members are rendered to follow others and to close
 * the object: {@code ,"a":1,"b":2}}.
 */
public final class JsonSplice {
    /** No members: only closes the object. */
    public static final byte[] NO_MEMBERS = "}".getBytes(StandardCharsets.US_ASCII);

    private JsonSplice() {}

    /** Renders members. */
    public static byte[] members(Mapping members) {
        if (members.fields().isEmpty()) {
            return NO_MEMBERS;
        }
        byte[] json = Json.write(members);
        json[0] = ',';
        return json;
    }

    /** An object, which must have members of its own, with these added. */
    public static byte[] append(byte[] object, byte[]... members) {
        int length = object.length;
        for (byte[] more : members) {
            length += more.length - 1;
        }
        byte[] json = Arrays.copyOf(object, length);
        int at = object.length;
        for (byte[] more : members) {
            System.arraycopy(more, 0, json, at - 1, more.length); // over the brace that closed the object so far
            at += more.length - 1;
        }
        return json;
    }
}
