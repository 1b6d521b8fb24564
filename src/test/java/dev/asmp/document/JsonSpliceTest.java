package dev.asmp.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Members are added to the end of an object that is held as bytes. */
class JsonSpliceTest {
    private static final byte[] OBJECT = "{\"a\":{}}".getBytes(UTF_8);

    private static byte[] member(String name, long value) {
        return JsonSplice.members(Mapping.builder().put(name, value).build());
    }

    private static void assertJson(String expected, byte[] json) {
        assertEquals(expected, new String(json, UTF_8));
    }

    @Test
    void membersFollowThoseThatAreThere() {
        assertJson("{\"a\":{},\"b\":1,\"c\":2}", JsonSplice.append(OBJECT, member("b", 1), member("c", 2)));
    }

    @Test
    void noMembersLeaveTheObjectAsItIs() {
        assertJson("{\"a\":{}}", JsonSplice.append(OBJECT));
        assertJson("{\"a\":{}}", JsonSplice.append(OBJECT, JsonSplice.members(Mapping.EMPTY)));
        assertJson("{\"a\":{},\"b\":1}", JsonSplice.append(OBJECT, JsonSplice.NO_MEMBERS, member("b", 1)));
    }

    @Test
    void theObjectItselfIsNotChanged() {
        JsonSplice.append(OBJECT, member("b", 1));
        assertJson("{\"a\":{}}", OBJECT);
    }
}
