package dev.asmp.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Mapping;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls with arguments that do not fit, or of tools that do not exist: the answer says what would. */
class ToolArgumentsTest {
    private final FakeRegistry registry = FakeRegistry.ofTwo();
    private final Talk talk = new Talk(registry);

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "service_find|{}|Say what to look for",
            "service_find|{\"capabilty\": \"x\"}|no argument 'capabilty' (did you mean 'capability'?); it takes: capability,",
            "service_find|{\"capability\": 5}|capability must be text, but is a number (5)",
            "service_find|{\"capability\": [\"a\"]}|capability must be text, but is a list",
            "service_find|{\"capability\": \"a\", \"limit\": 0}|limit must be between 1 and 50, but is 0",
            "service_find|{\"capability\": \"a\", \"limit\": 1.5}|limit must be a whole number, but is a number (1.5)",
            "service_find|{\"capability\": \"a\", \"limit\": \"5\"}|limit must be a whole number, but is text (5)",
            "service_list|{\"healthy\": \"yes\"}|healthy must be true or false",
            "service_get|{}|name is missing: The service's name.",
            "service_get|{\"name\": \" \"}|name is missing",
            "service_get|{\"name\": null}|name is missing",
            "service_scan|{\"x\": 1}|it takes none",
            "service_register|{\"name\": \"a\", \"description\": \"b\", \"provides\": \"c.d\"}|provides must be a list",
            "service_register|{\"name\": \"a\", \"description\": \"b\", \"provides\": []}|at least one capability",
            "service_register|{\"name\": \"a\", \"description\": \"b\", \"provides\": [1]}|provides must hold texts only",
            "service_register|{\"name\": \"a\", \"port\": 70000}|description is missing",
            "service_register|{\"name\": \"a\", \"port\": 70000}|port must be between 1 and 65535, but is 70000",
            "service_announce|{\"manifest\": \"asmp: 1\"}|manifest must be an object, but is text (asmp: 1)",
            "registry_discover|{\"role\": \"boss\"}|role must be one of infra, lieutenant, worker, golden, custom",
            "registry_register|{\"id\": \"a\", \"services\": [1]}|services must hold objects only"})
    void whatIsWrongWithTheArgumentsIsSaidAndWhatWouldBeRight(String tool, String arguments, String said) {
        String message = talk.failed(tool, arguments);
        assertTrue(message.contains(said), message);
        assertEquals(List.of(), registry.asked);
    }

    @Test
    void anUnknownToolIsAnErrorThatNamesTheOthers() {
        Mapping error = talk.ask("tools/call", "{\"name\": \"service_fnd\"}").mapping("error");
        assertEquals("-32602", error.text("code"));
        assertTrue(String.valueOf(error.text("message")).contains("did you mean service_find?"), error.text("message"));
        assertEquals("-32602", talk.ask("tools/call", "{}").mapping("error").text("code"));
        assertEquals("-32602",
                talk.ask("tools/call", "{\"name\": \"service_find\", \"arguments\": []}").mapping("error")
                        .text("code"));
    }

    @Test
    void spellingsOfOtherProgramsAreAccepted() {
        Mapping done = talk.done("service_register",
                "{\"name\": \"a\", \"description\": \"b\", \"capabilities_provides\": [\"a.b\"]}");
        assertEquals("registered", done.text("status"));
        assertEquals("0", talk.done("service_list", "{\"healthy_only\": true}").text("total"));
        String both = talk.failed("service_list", "{\"healthy_only\": true, \"healthy\": true}");
        assertTrue(both.contains("no argument 'healthy_only'"), both);
    }
}
