package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.asmp.RunningDaemon;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The OpenAPI document as the judge of real answers. It is taken by its word: what an object's schema does not name must not be
 * in the answer, unless the schema says that more may be there.
 */
final class ApiContract {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final SchemaValidatorsConfig CONFIG = SchemaValidatorsConfig.builder().formatAssertionsEnabled(true)
            .build();
    /** Only a full disk or a stopping daemon brings the one about; the other is tried where there is no endpoint. */
    private static final Set<String> NOT_TRIED = Set.of("503", "default");
    private static final List<String> TOLD_HEADERS = List.of("ETag", "X-Asmp-Index", "Allow", "WWW-Authenticate");

    private final JsonNode document;
    private final Set<String> seen = new TreeSet<>();

    /** One documented endpoint. */
    record Operation(String method, String path, JsonNode node) {
        boolean hasTag(String tag) {
            return node.path("tags").toString().contains('"' + tag + '"');
        }

        String id() {
            return node.path("operationId").asText();
        }

        List<String> statuses() {
            List<String> statuses = new ArrayList<>();
            node.path("responses").fieldNames().forEachRemaining(statuses::add);
            return statuses;
        }

        boolean isFor(String otherMethod, List<String> parts) {
            List<String> own = parts(path);
            boolean fits = method.equals(otherMethod) && own.size() == parts.size();
            for (int i = 0; fits && i < own.size(); i++) {
                fits = own.get(i).startsWith("{") || own.get(i).equals(parts.get(i));
            }
            return fits;
        }
    }

    ApiContract(byte[] json) throws IOException {
        document = JSON.readTree(json);
        close(document);
    }

    private static void close(JsonNode node) {
        boolean isOpen = !node.has("properties") || !node.path("type").asText().equals("object")
                || node.has("additionalProperties");
        if (node instanceof ObjectNode object && !isOpen) {
            object.put("additionalProperties", false);
        }
        node.forEach(ApiContract::close);
    }

    JsonNode document() {
        return document;
    }

    /** The node, or what it refers to; missing where that is not there. */
    JsonNode resolved(JsonNode node) {
        JsonNode ref = node.path("$ref");
        return ref.isTextual() ? resolved(document.at(ref.asText().substring(1))) : node;
    }

    /** The value of an example that has a name of its own. */
    JsonNode example(String name) {
        JsonNode value = document.at("/components/examples/" + name + "/value");
        assertFalse(value.isMissingNode(), name);
        return value;
    }

    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        document.path("paths").properties().forEach(path -> path.getValue().properties().forEach(method -> {
            if (!method.getKey().equals("parameters")) {
                operations.add(new Operation(method.getKey().toUpperCase(Locale.ROOT), path.getKey(),
                        method.getValue()));
            }
        }));
        return operations;
    }

    /** What is documented of these and has not been answered yet, as the operation and its status. */
    Set<String> unseen(Predicate<Operation> wanted) {
        Set<String> unseen = new TreeSet<>();
        operations().stream().filter(wanted).forEach(operation -> operation.statuses().stream()
                .filter(status -> !NOT_TRIED.contains(status))
                .forEach(status -> unseen.add(operation.id() + " " + status)));
        unseen.removeAll(seen);
        return unseen;
    }

    /** Holds what was answered against the example that shows it, but for what is another at each run. */
    void like(String example, String answered, Set<String> fleeting) throws IOException {
        assertEquals(lasting(example(example).deepCopy(), fleeting), lasting(JSON.readTree(answered), fleeting),
                example);
    }

    private static String lasting(JsonNode node, Set<String> fleeting) {
        calm(node, fleeting);
        return node.toPrettyString();
    }

    private static void calm(JsonNode node, Set<String> fleeting) {
        if (node instanceof ObjectNode object) {
            fleeting.stream().filter(object::has).forEach(key -> object.put(key, "…"));
        }
        node.forEach(below -> calm(below, fleeting));
    }

    /** Asks a daemon, expects a status, and holds the answer against the document. */
    RunningDaemon.Reply ask(RunningDaemon daemon, int status, String method, String target, String body,
            String... headers) throws Exception {
        RunningDaemon.Reply reply = daemon.send(method, target, body.getBytes(StandardCharsets.UTF_8), headers);
        assertEquals(status, reply.status(), () -> method + " " + target + ": " + reply.text());
        check(method, target, reply);
        return reply;
    }

    /** Reads the next event of a stream as a client does, holds it against the document, and tells its kind. */
    String nextEvent(String path, BufferedReader in) throws IOException {
        JsonNode schema = document.path("paths").path(path).at("/get/responses/200/content/text~1event-stream/schema");
        ObjectNode event = JSON.createObjectNode();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("id: ")) {
                event.put("id", Long.parseLong(line.substring(4)));
            } else if (line.startsWith("event: ")) {
                event.put("event", line.substring(7));
            } else if (line.startsWith("data: ")) {
                event.set("data", JSON.readTree(line.substring(6)));
                assertEquals(Set.of(), complaints(schema, event), event::toString);
                return event.path("event").asText();
            }
        }
        throw new AssertionError("the stream has ended");
    }

    /** Holds a real answer against what is documented about it. */
    void check(String method, String target, RunningDaemon.Reply reply) throws IOException {
        String what = method + " " + target + " answered " + reply.status() + " " + reply.text();
        JsonNode response = response(method, target, reply.status(), what);
        checkHeaders(response, reply.response().headers(), target.contains("wait="), what);
        JsonNode content = response.path("content");
        if (content.isMissingNode()) {
            assertEquals("", reply.text(), what);
            return;
        }
        String type = reply.response().headers().firstValue("Content-Type").orElse("none");
        assertTrue(content.has(type), () -> what + " as " + type);
        JsonNode body = type.contains("json") ? JSON.readTree(reply.text()) : JSON.valueToTree(reply.text());
        assertEquals(Set.of(), complaints(content.path(type).path("schema"), body), what);
    }

    private JsonNode response(String method, String target, int status, String what) {
        List<String> parts = parts(target.replaceAll("\\?.*", ""));
        Optional<Operation> operation = operations().stream().filter(one -> one.isFor(method, parts))
                .min(Comparator.comparing(one -> one.path().contains("{")));
        JsonNode response = operation.map(one -> one.node().path("responses").path(Integer.toString(status)))
                .orElse(document.path("nowhere"));
        if (!response.isMissingNode()) {
            seen.add(operation.orElseThrow().id() + " " + status);
            return resolved(response);
        }
        JsonNode other = document.at("/components/responses/Refused");
        assertTrue(other.path("x-statuses").toString().contains(Integer.toString(status)), what);
        operation.ifPresent(one -> seen.add(one.id() + " default"));
        return other;
    }

    private void checkHeaders(JsonNode response, HttpHeaders headers, boolean waited, String what) {
        JsonNode documented = response.path("headers");
        documented.properties().forEach(header -> {
            JsonNode description = resolved(header.getValue());
            Optional<String> value = headers.firstValue(header.getKey());
            boolean wanted = description.path("required").asBoolean() || (header.getKey().equals("ETag") && !waited);
            assertTrue(value.isPresent() || !wanted, () -> what + " without " + header.getKey());
            value.ifPresent(text -> assertEquals(Set.of(), complaints(description.path("schema"),
                    description.at("/schema/type").asText().equals("integer")
                            ? JSON.valueToTree(Long.valueOf(text))
                            : JSON.valueToTree(text)),
                    what));
        });
        TOLD_HEADERS.forEach(name -> assertTrue(documented.has(name) || headers.firstValue(name).isEmpty(),
                () -> what + " with " + name));
    }

    /** What a value has against a schema of the document. */
    Set<ValidationMessage> complaints(JsonNode schema, JsonNode value) {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("allOf").add(schema);
        root.set("components", document.path("components"));
        return FACTORY.getSchema(root, CONFIG).validate(value);
    }

    static JsonNode node(Document document) throws IOException {
        return JSON.readTree(Json.write(document));
    }

    private static List<String> parts(String path) {
        return List.of(path.substring(1).split("/", -1));
    }
}
