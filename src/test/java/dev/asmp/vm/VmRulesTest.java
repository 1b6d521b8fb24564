package dev.asmp.vm;

import static dev.asmp.vm.Vms.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Document;
import dev.asmp.document.HeapCost;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.VmRole;
import dev.asmp.manifest.VmStatus;
import dev.asmp.store.RefusedException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused, and in which words. */
class VmRulesTest {
    private static final Mapping GOOD = (Mapping) json(
            "{'id':'a','name':'n','role':'worker','address':'x','registeredBy':'me'}");

    private static Mapping with(String field, String value) {
        return GOOD.with(field, json(value));
    }

    private static String refused(Function<Document, ?> take, Document body) {
        RefusedException refused = assertThrows(RefusedException.class, () -> take.apply(body));
        assertEquals(RefusedException.Reason.INVALID, refused.reason());
        return String.valueOf(refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            id           | null        | id is required
            id           | ''          | id is required
            id           | ' \\t\\n'     | id is required
            id           | 5           | id is required
            id           | ['a']       | id is required
            name         | ' '         | name is required
            name         | true        | name is required
            role         | null        | role is required
            role         | ''          | role is required
            role         | 'boss'      | invalid role: boss
            role         | 'Worker'    | invalid role: Worker
            role         | ' worker'   | invalid role:  worker
            role         | 7           | invalid role: 7
            role         | ['worker']  | invalid role: a list
            address      | {}          | address is required
            registeredBy | '\\uFEFF'    | registeredBy is required
            status       | 'dead'      | invalid status: dead
            status       | ''          | invalid status:
            status       | 1           | invalid status: 1
            services     | {}          | services must be a list of objects with name and port, but is a mapping
            services     | 'api'       | services must be a list of objects with name and port, but is text
            services     | ['api']     | services[0] must be an object with name and port, but is text
            services     | [{'port':80}]                           | services[0].name is required
            services     | [{'name':5,'port':80}]                  | services[0].name is required
            services     | [{'name':'a','port':1},{'name':'b'}]    | services[1].port must be a number from 1 to 65535
            services     | [{'name':'a','port':0}]                 | services[0].port must be a number from 1 to 65535
            services     | [{'name':'a','port':70000}]             | services[0].port must be a number from 1 to 65535
            services     | [{'name':'a','port':'80'}]              | services[0].port must be a number from 1 to 65535
            services     | [{'name':'a','port':80.5}]              | services[0].port must be a number from 1 to 65535
            services     | [{'name':'a','port':-80}]               | services[0].port must be a number from 1 to 65535
            services     | [{'name':'a','port':99999999999999999}] | services[0].port must be a number from 1 to 65535
            metadata     | []          | metadata must be an object, but is a list
            metadata     | 'x'         | metadata must be an object, but is text
            """)
    void aRegistrationIsRefused(String field, String value, String message) {
        assertEquals(message.strip(), refused(VmRegistration::of, with(field, value)).strip());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'name':''}             | name cannot be empty
            {'name':null}           | name cannot be empty
            {'name':'\\u00A0'}       | name cannot be empty
            {'address':' '}         | address cannot be empty
            {'address':8}           | address cannot be empty
            {'status':'gone'}       | invalid status: gone
            {'status':null}         | invalid status: null
            {'services':[1]}        | services[0] must be an object with name and port, but is a number
            {'metadata':1}          | metadata must be an object, but is a number
            []                      | the body must be an object, but is a list
            """)
    void aPatchIsRefused(String body, String message) {
        assertEquals(message, refused(VmPatch::of, json(body)));
    }

    @Test
    void whatIsMissingIsNamedInTheContractsOrder() {
        Mapping body = (Mapping) json("{'status':'dead'}");
        for (String field : new String[]{"id", "name", "role", "address", "registeredBy"}) {
            assertEquals(field + " is required", refused(VmRegistration::of, body));
            body = body.with(field, Scalar.text("x"));
        }
        assertEquals("invalid role: x", refused(VmRegistration::of, body));
        assertEquals("invalid status: dead", refused(VmRegistration::of, body.with("role", Scalar.text("infra"))));
    }

    @Test
    void blanksAroundTextsAreCut() {
        VmRegistration vm = VmRegistration.of(json("{'id':' \\t a b\\n','name':'\\u00A0n\\uFEFF','role':'golden',"
                + "'status':null,'address':' x ','registeredBy':' me ','services':null,'metadata':null}"));
        assertEquals(new VmRegistration("a b", "n", VmRole.GOLDEN, VmStatus.RUNNING, "x", null, null, "me",
                Mapping.EMPTY), vm);
    }

    @Test
    void anIdHasAtMost512Characters() {
        assertEquals("\uD83D\uDE80".repeat(512), VmRegistration.of(GOOD.with("id", Scalar.text(" "
                + "\uD83D\uDE80".repeat(512)))).id());
        assertEquals("id has 513 characters; at most 512 are allowed",
                refused(VmRegistration::of, GOOD.with("id", Scalar.text("x".repeat(513)))));
        assertEquals("name has 5000 characters; at most 4096 are allowed",
                refused(VmPatch::of, json("{'name':'" + "x".repeat(5_000) + "'}")));
    }

    @Test
    void aLongWordIsNotRepeatedWhole() {
        assertEquals("invalid role: " + "\uD83D\uDE80".repeat(100) + "…",
                refused(VmRegistration::of, GOOD.with("role", Scalar.text("\uD83D\uDE80".repeat(9_999)))));
    }

    @Test
    void metadataAreLimitedInSizeAndDepthAndOtherwiseFree() {
        Mapping most = Mapping.builder().put("x", "ü".repeat(32 * 1024 - 4)).build();
        assertEquals(64 * 1024, Json.write(most).length);
        assertEquals(most, VmRegistration.of(GOOD.with("metadata", most)).metadata());
        Mapping more = most.with("x", Scalar.text("x".repeat(64 * 1024)));
        assertEquals("metadata has 65544 bytes; at most 65536 are allowed",
                refused(VmRegistration::of, GOOD.with("metadata", more)));
        VmRegistration.of(with("metadata", nested(50)));
        assertEquals("metadata is nested deeper than 50 levels", refused(VmRegistration::of, with("metadata",
                nested(51))));
        assertEquals("metadata is nested deeper than 50 levels", refused(VmPatch::of, json("{'metadata':" + nested(90)
                + "}")));
        assertThrows(MalformedDocumentException.class, () -> json("{'metadata':" + nested(100) + "}"));
    }

    @Test
    void unknownKeysAreKeptWithinTheSameLimitsAndFleetIsNotTaken() {
        Mapping more = (Mapping) json("{'parentVmId':'p','reefConfig':{'n':1.50},'none':null}");
        VmRegistration vm = VmRegistration.of(Mapping.builder().putAll(GOOD).putAll(more)
                .put("fleet", json("{'parent':'x'}")).put("registeredAt", "2001").build());
        assertEquals(more, vm.more());
        assertEquals("what is beside the known keys has 65544 bytes; at most 65536 are allowed",
                refused(VmRegistration::of, GOOD.with("x", Scalar.text("x".repeat(64 * 1024)))));
        assertEquals("what is beside the known keys is nested deeper than 50 levels",
                refused(VmRegistration::of, with("x", nested(50))));
    }

    @Test
    void factsAreLimitedInSizeAndDepthAndSoAreTheirKeys() {
        VmRules.checkFacts("x".repeat(4_096), null);
        assertFactsAreRefused("facts under " + "x".repeat(100) + "… cannot be kept", "x".repeat(4_097), null);
        VmRules.checkFacts("vm/a", (Mapping) json(nested(50)));
        assertFactsAreRefused("facts under vm/a cannot be kept", "vm/a", (Mapping) json(nested(51)));
        Mapping most = Mapping.builder().put("x", "x".repeat(256 * 1024 - 8)).build();
        VmRules.checkFacts("vm/a", most);
        assertFactsAreRefused("facts under vm/a have more than 262144 bytes", "vm/a",
                most.with("x", Scalar.text("x".repeat(256 * 1024 - 7))));
        assertFactsAreRefused("facts under vm/a have more than 262144 bytes", "vm/a",
                Mapping.builder().put("x".repeat(256 * 1024), 1).build());
    }

    private static void assertFactsAreRefused(String message, String key, @Nullable Mapping facts) {
        assertEquals(message,
                assertThrows(RefusedException.class, () -> VmRules.checkFacts(key, facts)).getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            registeredAt | null             | registeredAt must be a moment such as 2026-11-20T10:00:00.000Z
            lastSeen     | 'yesterday'      | lastSeen must be a moment such as 2026-11-20T10:00:00.000Z
            id           | ''               | id is required
            """)
    void aVmOfAnotherRegistryIsChecked(String field, String value, String message) {
        Mapping whole = GOOD.with("registeredAt", json("'2026-11-20T10:00:00.000Z'"))
                .with("lastSeen", json("'2026-11-20T10:00:00.000Z'"));
        assertEquals("a", VmEntry.restored(whole).id());
        assertEquals(message, refused(VmEntry::restored, whole.with(field, json(value))));
    }

    @Test
    void theMemoryOfAVmGrowsWithItsTextsByTwoBytesWhereTheyAreNotLatin() {
        VmEntry plain = new VmEntry(VmRegistration.of(GOOD), 0);
        VmEntry latin = new VmEntry(VmRegistration.of(GOOD.with("name", Scalar.text("ÿ"))), 0);
        VmEntry other = new VmEntry(VmRegistration.of(GOOD.with("name", Scalar.text("\u0100a\u0100"))), 0);
        assertEquals(plain.length() + 1, latin.length());
        assertEquals(plain.heapBytes() + 1, latin.heapBytes());
        assertEquals(plain.heapBytes() + 4 + 5, other.heapBytes(), "four bytes of JSON and five of the name");
    }

    @Test
    void aPatchTakesTheMemoryOfWhatItReplaces() {
        Mapping metadata = (Mapping) json("{'x':[1,2,3]}");
        Sequence list = new Sequence(List.of(metadata));
        assertEquals(0, VmPatch.of(json("{'name':'n','metadata':null}")).heapBytes());
        assertEquals(HeapCost.of(metadata) + HeapCost.of(list),
                new VmPatch(null, null, null, new VmPatch.Replacement<>(list),
                        new VmPatch.Replacement<>(metadata)).heapBytes());
    }

    @ParameterizedTest
    @CsvSource({"metadata, 40000, 1", "metadata, 15000, 'k'", "services, 4000, s"})
    void whatHasManySmallPartsIsLimitedToo(String field, int count, String kind) {
        String parts = IntStream.range(0, count).mapToObj(i -> switch (kind) {
            case "1" -> "1";
            case "k" -> "'k" + i + "':1";
            default -> "{'name':'a','port':1}";
        }).collect(Collectors.joining(","));
        String value = switch (kind) {
            case "1" -> "{'x':[" + parts + "]}";
            case "k" -> "{" + parts + "}";
            default -> "[" + parts + "]";
        };
        String refused = refused(VmRegistration::of, with(field, value));
        assertTrue(refused.startsWith(field + " has ") && refused.endsWith("at most 65536 are allowed"), refused);
    }

    @Test
    void listsNestAsDeepAsObjects() {
        String lists = "[".repeat(49) + "]".repeat(49);
        VmRegistration.of(with("metadata", "{'x':" + lists + "}"));
        assertEquals("metadata is nested deeper than 50 levels",
                refused(VmRegistration::of, with("metadata", "{'x':[" + lists + "]}")));
    }

    @ParameterizedTest
    @CsvSource({"1, true", "65535, true", "65536, false", "0, false"})
    void aPortHasItsRange(int port, boolean accepted) {
        Mapping body = with("services", "[{'name':'a','port':" + port + "}]");
        assertEquals(accepted, !port(body).contains("must be"));
    }

    private static String port(Mapping body) {
        try {
            return String.valueOf(VmRegistration.of(body).services());
        } catch (RefusedException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void theBlanksThatAreCutEndWithReturn() {
        assertEquals("\b", VmRegistration.of(GOOD.with("name", Scalar.text("\t\b\r"))).name());
        assertEquals("\u000e", VmRegistration.of(GOOD.with("name", Scalar.text("\u000e\u2003"))).name());
    }

    @Test
    void aWordOf100CharactersIsRepeatedWhole() {
        assertEquals("invalid role: " + "x".repeat(100),
                refused(VmRegistration::of, GOOD.with("role", Scalar.text("x".repeat(100)))));
    }

    @Test
    void aRestoredVmHasItsTimesAndFactsWithinTheirLimits() {
        Mapping whole = GOOD.with("registeredAt", json("'2020-01-02T03:04:05.006Z'"))
                .with("lastSeen", json("'2021-01-02T03:04:05.006Z'")).with("fleet", json("{'parent':'p'}"));
        VmEntry vm = VmEntry.restored(whole);
        assertEquals("2020-01-02T03:04:05.006Z 2021-01-02T03:04:05.006Z", vm.registeredAt() + " " + vm.lastSeen());
        assertEquals(json("{'parent':'p'}"), vm.fleet());
        assertNull(VmEntry.restored(whole.with("fleet", json("'text'"))).fleet());
        assertEquals("facts under vm/a have more than 262144 bytes", refused(VmEntry::restored,
                whole.with("fleet", Mapping.builder().put("x", "x".repeat(256 * 1024)).build())));
    }

    private static String nested(int levels) {
        return "{'x':".repeat(levels - 1) + "{}" + "}".repeat(levels - 1);
    }

    @Test
    void whatAPatchDoesNotNameIsNull() {
        VmPatch patch = VmPatch.of(json("{'id':'b','role':5,'metadata':{}}"));
        assertNull(patch.name());
        assertNull(patch.status());
        assertNull(patch.address());
        assertNull(patch.services());
        assertEquals(new VmPatch.Replacement<>(Mapping.EMPTY), patch.metadata());
        assertEquals(new VmPatch.Replacement<>(null), VmPatch.of(json("{'services':null}")).services());
    }
}
