package dev.asmp.vm;

import static dev.asmp.vm.Vms.text;
import static dev.asmp.vm.Vms.vm;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A VM's entry with and without its secrets, and the bytes that it takes. */
class VmEntryTest {
    private static final VmEntry OPEN = new VmEntry(vm("a", "'metadata':{'colour':'red'}"), 1_000);
    private static final VmEntry SECRET = new VmEntry(vm("a", "'metadata':{'api_token':'hunter2'}"), 1_000);

    @Test
    void onlyTheWholeEntryShowsItsSecrets() {
        assertSame(OPEN, OPEN.shown());
        VmEntry shown = SECRET.seenAt(2_000).shown();
        assertEquals(text(SECRET.seenAt(2_000)).replace("hunter2", masked(shown)), text(shown));
        assertNotEquals("hunter2", masked(shown));
        assertSame(shown, shown.shown());
        assertEquals("{\"id\":\"a\",\"lastSeen\":\"1970-01-01T00:00:02.000Z\"}",
                new String(shown.heartbeatJson(), UTF_8));
        assertEquals(text(shown), text(VmEntry.read(SECRET.json()).seenAt(2_000).shown()));
    }

    private static String masked(VmEntry vm) {
        return String.valueOf(vm.document().mapping("metadata").text("api_token"));
    }

    @Test
    void aPatchLeavesWhatItDoesNotName() {
        VmEntry old = new VmEntry(vm("a", "'services':[{'name':'api','port':80}],'metadata':{'x':1},'more':2"), 1_000)
                .withFleet(OPEN.document().mapping("metadata"));
        assertEquals(text(old.seenAt(2_000)).replace("name of a\",\"role", "n\",\"role"),
                text(old.with(Vms.patch("{'name':'n'}"), 2_000)));
    }

    @Test
    void anIdIsShownAsItIsThoughItLooksLikeASecret() {
        String id = "postgres://user:hunter2@db/x";
        VmEntry shown = new VmEntry(vm(id, "'metadata':{'api_token':'hunter2'}"), 1_000).shown();
        assertEquals(id, shown.document().text("id"));
    }

    @Test
    void theJsonWithoutSecretsTakesMemoryToo() {
        assertEquals(OPEN.heapBytes() - OPEN.length(),
                SECRET.heapBytes() - SECRET.length() - SECRET.shown().length() - 16);
        VmEntry longer = new VmEntry(vm("aaa", "'metadata':{'colour':'red'}"), 1_000);
        assertEquals(OPEN.heapBytes() + longer.length() - OPEN.length() + 2 + 2 + 2, longer.heapBytes(),
                "id, name and address have two bytes more each");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{}",
            "{'id':'a','lastSeen':'1970-01-01T00:00:00.000Z','x':'1970-01-01T00:00:01.000Z'}"})
    void whatDoesNotEndWithItsMomentIsNotRead(String json) {
        assertThrows(RuntimeException.class, () -> VmEntry.read(json.replace('\'', '"').getBytes(UTF_8)));
    }

    @Test
    void anEntryIsReadAsItWasWritten() {
        VmEntry whole = new VmEntry(vm("a", "'services':[{'name':'api','port':80}],'instance':'one','n':1.50"), 1_000)
                .withFleet(SECRET.document()).seenAt(2_000);
        VmEntry read = VmEntry.read(whole.json());
        assertEquals(text(whole), text(read));
        assertEquals("one", read.instance());
        assertEquals(whole.heapBytes(), read.heapBytes());
        assertNotNull(read.fleet());
        assertEquals("a (name of a, worker, running)", read.toString());
    }
}
