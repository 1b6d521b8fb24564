package dev.asmp.vm;

import static dev.asmp.vm.Vms.vm;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.document.Mapping;
import dev.asmp.store.Journal;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fleet that a journal's records make, in their order. */
class FleetLoaderTest {
    private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    private final Path file = files.getPath("/vms.jsonl").toAbsolutePath();
    private final List<String> log = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    private static byte[] put(String id, long number) {
        return VmRecordCodec.put(number, new VmEntry(vm(id, "'instance':'one'"), 1_000));
    }

    private FleetLoader.Opened loaded(Object... records) throws IOException {
        try (Journal journal = Journal.open(file, VmRecordCodec.KIND, VmRecordCodec.FORMAT, _ -> {}, log::add)) {
            journal.append(Stream.of(records).map(record -> record instanceof byte[] bytes
                    ? bytes
                    : ((String) record).replace('\'', '"').getBytes(UTF_8)).toList(), true);
        }
        FleetLoader.Opened opened = FleetLoader.open(file, 7, log::add);
        opened.journal().close();
        return opened;
    }

    private static Map<String, Boolean> asleep(FleetLoader.Opened opened) {
        return opened.vms().stream().collect(Collectors.toMap(Vm::id, Vm::asleep));
    }

    @Test
    void theLastRecordOfAVmCounts() throws IOException {
        FleetLoader.Opened opened = loaded(put("a", 5), put("b", 9), put("c", 2), "{'remove':['c','never']}",
                "{'stale':['a','b','never']}",
                "{'seen':{'b':'2026-11-20T10:00:00.000Z','never':'2026-11-20T10:00:00.000Z'}}");
        assertEquals(Map.of("a", true, "b", false), asleep(opened));
        assertEquals(10, opened.nextNumber());
        Vm seen = opened.vms().stream().filter(vm -> vm.id().equals("b")).findFirst().orElseThrow();
        assertEquals("2026-11-20T10:00:00Z", seen.seen().lastSeen().toString());
        assertEquals(new Rank(1_000, 9), seen.rank());
        assertTrue(!seen.heartbeat().isSilentAt(7 + Heartbeat.STALE_AFTER.toNanos() - 1), "a full window");
        assertThrows(RefusedException.class, () -> seen.heartbeat().admit(new VmStore.Beat("two", 1)));
        assertEquals(List.of(), log);
    }

    @Test
    void aVmThatIsPutAgainIsAwake() throws IOException {
        assertEquals(Map.of("a", false), asleep(loaded(put("a", 1), "{'stale':['a']}", put("a", 1))));
    }

    @Test
    void theLastFactsUnderAKeyCount() throws IOException {
        FleetLoader.Opened opened = loaded("{'keep':{'a':{'x':1}}}", "{'keep':{'a':{'x':2}}}", "{'keep':{'b':{}}}",
                "{'keep':{'b':null}}");
        assertEquals(Map.of("a", Mapping.builder().put("x", 2).build()), opened.facts());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'odd':1}", "{'remove':['a'],'stale':['a']}", "{'put':1}", "{'put':{'id':'a'},'n':1}",
            "{'seen':{'a':'yesterday'}}"})
    void aRecordThatSaysNothingKnownIsDamage(String record) throws IOException {
        FleetLoader.Opened opened = loaded(put("a", 1), record, put("b", 2));
        assertEquals(Map.of("a", false, "b", false), asleep(opened));
        assertTrue(log.getFirst().contains("1 of its 4 lines cannot be read, the first is line 3"), log.getFirst());
    }
}
