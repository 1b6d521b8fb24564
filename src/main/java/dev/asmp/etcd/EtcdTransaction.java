package dev.asmp.etcd;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** A transaction of etcd while it is put together: what must hold, and what is written or read then. */
final class EtcdTransaction {
    private final StringBuilder compares = new StringBuilder();
    private final StringBuilder success = new StringBuilder();

    /** Another one that begins with the same. */
    EtcdTransaction copy() {
        EtcdTransaction copy = new EtcdTransaction();
        copy.compares.append(compares);
        copy.success.append(success);
        return copy;
    }

    static String text(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Requires that a key was last changed at this revision; 0 means that it must not exist. */
    EtcdTransaction expect(byte[] key, long modified) {
        // What is left out is 0: the result EQUAL, and the target VERSION, which is 0 for a key that does not exist.
        next(compares).append("{\"key\":\"").append(text(key)).append('"');
        if (modified > 0) {
            compares.append(",\"target\":\"MOD\",\"mod_revision\":\"").append(modified).append('"');
        }
        compares.append('}');
        return this;
    }

    EtcdTransaction put(byte[] key, byte[] value, long lease) {
        next(success).append("{\"request_put\":{\"key\":\"").append(text(key)).append("\",\"value\":\"")
                .append(text(value)).append('"');
        if (lease != 0) {
            success.append(",\"lease\":\"").append(lease).append('"');
        }
        success.append("}}");
        return this;
    }

    EtcdTransaction delete(byte[] key) {
        next(success).append("{\"request_delete_range\":{\"key\":\"").append(text(key)).append("\"}}");
        return this;
    }

    EtcdTransaction read(byte[] key) {
        next(success).append("{\"request_range\":{\"key\":\"").append(text(key)).append("\"}}");
        return this;
    }

    private static StringBuilder next(StringBuilder list) {
        return list.isEmpty() ? list : list.append(',');
    }

    /** The request, written by hand: it holds nothing that would have to be escaped. */
    byte[] json() {
        return ("{\"compare\":[" + compares + "],\"success\":[" + success + "]}").getBytes(StandardCharsets.ISO_8859_1);
    }

    static boolean succeeded(Mapping answer) {
        return answer.get("succeeded") instanceof Scalar scalar && scalar.isTrue();
    }

    static long revision(Mapping answer) {
        return number(answer.mapping("header"), "revision");
    }

    /** A number of 64 bits, which JSON carries as a text; one that is left out is 0. */
    static long number(Mapping mapping, String key) {
        String text = mapping.text(key);
        return text == null ? 0 : Long.parseLong(text);
    }

    /** What a transaction read, key by key in the order of {@link #read(byte[])}; empty for those that do not exist. */
    static List<List<KeyValue>> read(Mapping answer) {
        return answer.list("responses").stream().map(response -> response instanceof Mapping mapping
                ? mapping.mapping("response_range").list("kvs").stream().map(KeyValue::of).toList()
                : List.<KeyValue>of()).toList();
    }

    /** A key with its value and its revisions. */
    record KeyValue(String key, byte[] value, long created, long modified) {
        static KeyValue of(Document document) {
            Mapping kv = document instanceof Mapping mapping ? mapping : Mapping.EMPTY;
            return new KeyValue(new String(bytes(kv, "key"), StandardCharsets.UTF_8),
                    bytes(kv, "value"), number(kv, "create_revision"), number(kv, "mod_revision"));
        }

        private static byte[] bytes(Mapping kv, String field) {
            String text = kv.text(field);
            return text == null ? new byte[0] : Base64.getDecoder().decode(text);
        }
    }
}
