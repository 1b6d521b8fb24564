package dev.asmp.http;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import org.jspecify.annotations.Nullable;

/** What is sent back: complete before its first byte leaves. */
record Answer(int status, byte[] body, @Nullable String allow) {
    static Answer ok(byte[] json) {
        return new Answer(200, json, null);
    }

    static Answer ok(Document document) {
        return ok(Json.write(document));
    }

    static Answer created(Document document) {
        return new Answer(201, Json.write(document), null);
    }

    static Answer error(int status, String message) {
        return new Answer(status, errorJson(message), null);
    }

    static Answer methodNotAllowed(String message, String allowed) {
        return new Answer(405, errorJson(message), allowed);
    }

    static byte[] errorJson(String message) {
        return Json.write(Mapping.builder().put("error", message).build());
    }
}
