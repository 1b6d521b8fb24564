package dev.asmp.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asmp.document.Json;
import dev.asmp.document.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tables in {@code docs/http.md}, generated from {@code openapi.yaml}. */
class HttpDocumentTest {
    private static final Path FILE = Path.of("docs", "http.md");
    private static final String WRITE = "asmp.write";
    private ApiContract contract;

    @BeforeEach
    void readTheContract() throws IOException {
        try (InputStream in = HttpDocumentTest.class.getResourceAsStream("/openapi.yaml")) {
            contract = new ApiContract(Json.write(Yaml.read(Objects.requireNonNull(in).readAllBytes())));
        }
    }

    @Test
    void theListOfEndpointsEqualsTheContract() throws IOException {
        String generated = generated();
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(FILE, generated, UTF_8);
        }
        assertEquals(generated, Files.readString(FILE, UTF_8),
                () -> FILE + " differs from openapi.yaml. Write it with: "
                        + "mvn -Dtest=HttpDocumentTest -D" + WRITE + "=true test");
    }

    private String generated() {
        JsonNode document = contract.document();
        StringBuilder page = new StringBuilder("# HTTP API\n\n");
        page.append("Generated from `openapi.yaml` by `HttpDocumentTest`; do not edit. ")
                .append("`GET /openapi.json` serves the full contract with schemas and examples.\n\n")
                .append(document.at("/info/description").asText().strip()).append("\n\n")
                .append("In the tables, `?name` is a query parameter, a capitalized name a request header, and *body* ")
                .append("a request body. Statuses that any request can get are in the last section.\n");
        document.path("tags").forEach(tag -> section(page, tag));
        return page.append("\n## Any request\n")
                .append(document.at("/components/responses/Refused/description").asText().strip()).append('\n')
                .toString();
    }

    /** Appends the endpoints whose first tag is this one; an endpoint is listed once. */
    private void section(StringBuilder page, JsonNode tag) {
        String name = tag.path("name").asText();
        page.append("\n## ").append(name).append('\n').append(tag.path("description").asText().strip())
                .append("\n\n| method | path | summary | parameters | statuses |\n|---|---|---|---|---|\n");
        contract.operations().stream().filter(one -> one.node().at("/tags/0").asText().equals(name))
                .forEach(one -> page.append(row(one)));
    }

    private String row(ApiContract.Operation operation) {
        return operation.statuses().stream().filter(status -> !status.equals("default"))
                .collect(Collectors.joining(", ", "| " + operation.method() + " | `" + operation.path() + "` | "
                        + operation.node().path("summary").asText() + " | " + parameters(operation) + " | ", " |\n"));
    }

    private String parameters(ApiContract.Operation operation) {
        List<String> names = new ArrayList<>();
        Stream.of(contract.document().path("paths").path(operation.path()), operation.node())
                .flatMap(node -> node.path("parameters").valueStream()).map(contract::resolved)
                .filter(one -> !one.path("in").asText().equals("path"))
                .forEach(one -> names.add('`' + (one.path("in").asText().equals("query") ? "?" : "")
                        + one.path("name").asText() + '`'));
        if (operation.node().has("requestBody")) {
            JsonNode body = contract.resolved(operation.node().path("requestBody"));
            names.add(body.path("required").asBoolean() ? "*body*" : "*body (optional)*");
        }
        return String.join(", ", names);
    }
}
