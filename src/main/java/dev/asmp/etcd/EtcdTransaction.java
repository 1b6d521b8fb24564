package dev.asmp.etcd;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A transaction of etcd while it is put together: what must hold, and what is written or read then. */
final class EtcdTransaction {
    private final List<Document> compares = new ArrayList<>();
    private final List<Document> success = new ArrayList<>();

    static String text(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Requires that a key was last changed at this revision; 0 means that it must not exist. */
    EtcdTransaction expect(byte[] key, long modified) {
        compares.add(Mapping.builder().put("key", text(key)).put("target", "MOD").put("result", "EQUAL")
                .put("mod_revision", Long.toString(modified)).build());
        return this;
    }

    EtcdTransaction put(byte[] key, byte[] value, long lease) {
        Mapping.Builder put = Mapping.builder().put("key", text(key)).put("value", text(value));
        if (lease != 0) {
            put.put("lease", Long.toString(lease));
        }
        success.add(Mapping.builder().put("request_put", put.build()).build());
        return this;
    }

    EtcdTransaction delete(byte[] key) {
        success.add(Mapping.builder().put("request_delete_range", Mapping.builder().put("key", text(key)).build())
                .build());
        return this;
    }

    EtcdTransaction read(byte[] key) {
        success.add(Mapping.builder().put("request_range", Mapping.builder().put("key", text(key)).build()).build());
        return this;
    }

    Mapping body() {
        return Mapping.builder().put("compare", new Sequence(compares)).put("success", new Sequence(success)).build();
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
