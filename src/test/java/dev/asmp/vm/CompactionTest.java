package dev.asmp.vm;

import static dev.asmp.vm.Vms.vm;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Mapping;
import dev.asmp.faults.Disk.Call;
import dev.asmp.faults.DiskGround;
import dev.asmp.store.Journal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the journal is rewritten, what it holds then, and what happens where that fails. */
class CompactionTest {
    private static final String FILE = EmbeddedVmStore.FILE;
    private static final String NEXT = "." + FILE + ".tmp";
    private static final int MEGABYTE = 1 << 20;
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final String CANNOT = "the journal of the VM registry could not be compacted, which is tried again"
            + " every minute: planted: ";

    private final TwoClocks clocks = new TwoClocks();
    private final List<String> log = new ArrayList<>();
    private final Semaphore written = new Semaphore(0);
    private DiskGround ground;
    private Journal journal;
    private Compaction compaction;
    private Fleet fleet;

    @BeforeEach
    void open() throws IOException {
        ground = new DiskGround();
        Path file = ground.path(FILE);
        journal = Journal.open(file, VmRecordCodec.KIND, VmRecordCodec.FORMAT, _ -> {}, log::add);
        compaction = new Compaction(journal, clocks, written::release, log::add);
        fleet = Fleet.of(List.of(vm1("awake", 1, false), vm1("asleep", 2, true)), new TreeMap<>(
                Map.of("vm/awake", Mapping.builder().put("parent", "p").build())));
    }

    @AfterEach
    void close() throws IOException {
        journal.close();
    }

    private Vm vm1(String id, long number, boolean asleep) {
        VmEntry entry = new VmEntry(vm(id), clocks.millis());
        Rank rank = new Rank(clocks.millis(), number);
        Heartbeat heartbeat = asleep
                ? Heartbeat.silent(id, rank, clocks.getAsLong(), clocks.millis())
                : new Heartbeat(id, rank, clocks.getAsLong(), clocks.millis());
        return new Vm(entry, heartbeat, asleep);
    }

    /** Lets the journal grow by a line of this length. */
    private void grow(long bytes) throws IOException {
        long before = journal.size();
        byte[] frame = "{\"x\":\"\"}".getBytes(UTF_8);
        int line = frame.length + "{\"crc\":\"01234567\",".length();
        String record = "{\"x\":\"" + "x".repeat((int) bytes - line) + "\"}";
        journal.append(List.of(record.getBytes(UTF_8)), false);
        assertEquals(before + bytes, journal.size());
    }

    private void makeItDue() throws IOException {
        grow(MEGABYTE);
        grow(2 * fleet.bytes() + 1_000);
    }

    private void awaitTheLongPart() {
        written.acquireUninterruptibly();
    }

    @Test
    void itIsDueWhenMoreThanAMegabyteAndAsMuchAsCountsIsGarbage() throws IOException {
        long kept = 2 * (fleet.bytes() + 48L * (fleet.size() + fleet.facts().size())) + MEGABYTE;
        grow(kept - journal.size());
        assertEquals(Long.MAX_VALUE, compaction.untilDue(fleet));
        grow(100);
        assertEquals(0, compaction.untilDue(fleet));
    }

    @Test
    void whatCountsIsAllThatIsLeft() throws IOException {
        makeItDue();
        compaction.tend(fleet);
        assertEquals(Long.MAX_VALUE, compaction.untilDue(fleet), "it runs");
        awaitTheLongPart();
        assertTrue(journal.size() > MEGABYTE);
        compaction.tend(fleet);
        assertTrue(journal.size() < 2_000, journal.size() + " bytes");
        FleetLoader.Opened left = FleetLoader.open(ground.path(FILE), clocks.getAsLong(), log::add);
        assertEquals(Map.of("awake", false, "asleep", true), left.vms().stream()
                .collect(Collectors.toMap(Vm::id, Vm::asleep)));
        assertEquals(fleet.facts(), left.facts());
        assertEquals(3, left.nextNumber());
        assertEquals(List.of(), log);
        makeItDue();
        assertEquals(0, compaction.untilDue(fleet), "and again");
    }

    @Test
    void aJournalOfFactsWithLongKeysIsNotRewrittenOnAndOn() throws IOException {
        TreeMap<String, Mapping> facts = new TreeMap<>();
        for (int i = 0; i < 300; i++) {
            facts.put("lt/" + "k".repeat(4_000) + i, Mapping.EMPTY);
        }
        Fleet keys = Fleet.of(List.of(), facts);
        compaction.now(keys);
        assertTrue(journal.size() > MEGABYTE);
        assertEquals(Long.MAX_VALUE, compaction.untilDue(keys));
        assertEquals(0, facts.keySet().stream().reduce(keys, (fleet, key) -> fleet.keeping(key, null), (a, _) -> a)
                .bytes());
    }

    @Test
    void oneThatCannotBeginIsToldOnceAndTriedAgainAMinuteLater() throws IOException {
        makeItDue();
        ground.fail(NEXT, Call.CREATE);
        compaction.tend(fleet);
        assertEquals(List.of(CANNOT + "CREATE"), log);
        assertEquals(MINUTE, compaction.untilDue(fleet));
        clocks.pass(Duration.ofMinutes(1));
        assertEquals(0, compaction.untilDue(fleet));
        compaction.tend(fleet);
        assertEquals(1, log.size());
        assertEquals(MINUTE, compaction.untilDue(fleet));
        ground.heal();
        clocks.pass(Duration.ofMinutes(1));
        compaction.tend(fleet);
        awaitTheLongPart();
        compaction.tend(fleet);
        assertEquals("the journal of the VM registry was compacted", log.getLast());
        assertTrue(journal.size() < 2_000, journal.size() + " bytes");
        makeItDue();
        compaction.tend(fleet);
        awaitTheLongPart();
        compaction.tend(fleet);
        assertEquals(2, log.size(), "success is told after a failure only");
    }

    @Test
    void itIsTriedEarlierWhenTheJournalHasGrownByAQuarter() throws IOException {
        makeItDue();
        ground.fail(NEXT, Call.CREATE);
        compaction.tend(fleet);
        ground.heal();
        long quarter = journal.size() / 4;
        grow(quarter - 100);
        assertEquals(MINUTE, compaction.untilDue(fleet));
        grow(100);
        assertEquals(0, compaction.untilDue(fleet));
    }

    @Test
    void oneThatFailsInItsLongPartLeavesTheJournalAndNoFileBesideIt() throws IOException {
        makeItDue();
        long size = journal.size();
        ground.fail(NEXT, Call.WRITE);
        compaction.tend(fleet);
        awaitTheLongPart();
        compaction.tend(fleet);
        assertEquals(1, log.size());
        assertEquals(size, journal.size());
        assertEquals(List.of(FILE), ground.files(""));
        assertEquals(MINUTE, compaction.untilDue(fleet));
    }

    @Test
    void aRewriteAtOnceEndsOneThatRuns() throws IOException {
        makeItDue();
        compaction.tend(fleet);
        awaitTheLongPart();
        compaction.now(fleet);
        assertTrue(journal.size() < 2_000, journal.size() + " bytes");
        compaction.tend(fleet);
        assertEquals(List.of(), log);
        assertEquals(List.of(FILE), ground.files(""));
    }

    @Test
    void aRewriteAtOnceThatFailsLeavesTheJournalAndNoFileBesideIt() throws IOException {
        makeItDue();
        long size = journal.size();
        ground.fail(NEXT, Call.WRITE);
        assertThrows(IOException.class, () -> compaction.now(fleet));
        assertEquals(size, journal.size());
        assertEquals(List.of(FILE), ground.files(""));
    }
}
