package dev.asmp.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.faults.Disk.Call;
import dev.asmp.faults.DiskGround;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lines that were appended with force last; those that were refused are in no later reading. */
class DurableLinesTest {
    private static final String FILE = "lines";

    private DiskGround ground;
    private Path file;

    @BeforeEach
    void prepare() throws IOException {
        ground = new DiskGround();
        file = ground.path(FILE);
    }

    private static List<byte[]> lines(String... texts) {
        return Stream.of(texts).map(text -> text.getBytes(UTF_8)).toList();
    }

    /** A journal and what was in it when it was opened. */
    private record Opened(Journal journal, List<String> records, List<String> log) {}

    private Opened open() throws IOException {
        List<String> records = new ArrayList<>();
        List<String> log = new ArrayList<>();
        return new Opened(Journal.open(file, "things", 1, record -> records.add(new String(record, UTF_8)), log::add),
                records, log);
    }

    @Test
    void aLogsLinesLastWithItsName() throws IOException {
        AppendLog log = new AppendLog(file);
        log.append(lines("one"), false);
        log.append(lines("two"), true);
        assertEquals("one\ntwo\n", ground.afterCut(FILE));
        Files.delete(file);
        log.append(lines("three"), true);
        assertEquals("three\n", ground.afterCut(FILE));
    }

    @Test
    void aLogForcesOnlyWhatItIsToldTo() throws IOException {
        AppendLog log = new AppendLog(file);
        List<String> forced = ground.recorded(Call.FORCE);
        log.append(lines("one"), false);
        assertEquals(List.of(), forced);
        List<String> folders = ground.recorded(Call.FORCE_FOLDER);
        log.append(lines("two"), true);
        log.append(lines("three"), true);
        assertEquals(List.of("state"), folders, "the name is forced once");
    }

    @Test
    void aLineThatIsRefusedIsCutOffOfTheLog() throws IOException {
        AppendLog log = new AppendLog(file);
        log.append(lines("one"), true);
        ground.fail(FILE, Call.WRITE);
        assertThrows(IOException.class, () -> log.append(lines("refused"), true));
        assertEquals("one\n", ground.now(FILE));
        ground.heal();
        log.append(lines("two"), true);
        assertEquals("one\ntwo\n", ground.now(FILE));
    }

    @Test
    void aLineThatIsRefusedAndCannotBeCutOffIsNotRead() throws IOException {
        AppendLog log = new AppendLog(file);
        log.append(lines("one"), true);
        ground.fail(FILE, Call.FORCE, Call.TRUNCATE);
        assertThrows(IOException.class, () -> log.append(lines("refused"), true));
        ground.heal();
        assertEquals("one\nrefused\n", ground.now(FILE));
        List<String> read = new ArrayList<>();
        assertEquals(4, log.readFrom(0, (_, line) -> read.add(new String(line, UTF_8))));
        assertEquals(List.of("one"), read);
        assertEquals(4, log.size());
        log.append(lines("two"), true);
        assertEquals("one\n\ntwo\n", ground.afterCut(FILE), "the line end before it may not be on disk");
        assertEquals(9, log.size());
    }

    @Test
    void aRefusedLineToWhichAnotherProcessAppendedStays() throws IOException {
        AppendLog log = new AppendLog(file);
        log.append(lines("one"), true);
        ground.fail(FILE, Call.FORCE, Call.TRUNCATE);
        assertThrows(IOException.class, () -> log.append(lines("refused"), true));
        ground.heal();
        Files.writeString(file, "other\n", StandardOpenOption.APPEND);
        log.append(lines("two"), true);
        assertEquals("one\nrefused\nother\n\ntwo\n", ground.now(FILE));
    }

    @Test
    void aJournalsRecordsLastWithItsName() throws IOException {
        Journal journal = open().journal();
        assertNotNull(ground.afterCut(FILE));
        journal.append(lines("{\"a\":1}"), true);
        String forced = ground.now(FILE);
        assertEquals(forced, ground.afterCut(FILE));
        List<String> files = ground.recorded(Call.FORCE);
        journal.append(lines("{\"b\":1}"), false);
        assertEquals(List.of(), files);
    }

    @Test
    void aTornRecordStaysDroppedAfterAPowerCut() throws IOException {
        open().journal().close();
        String whole = ground.now(FILE);
        Files.writeString(file, "{\"crc\":", StandardOpenOption.APPEND);
        DurableFile.force(file);
        Opened again = open();
        assertEquals(List.of(file + ": the last record was not written to its end and is dropped (7 bytes)"),
                again.log());
        assertEquals(whole, ground.afterCut(FILE));
    }

    @Test
    void theCopyOfADamagedJournalLasts() throws IOException {
        open().journal().close();
        Files.writeString(file, "garbage\n", StandardOpenOption.APPEND);
        String damaged = ground.now(FILE);
        assertTrue(open().journal().isSuspect());
        assertEquals(damaged, ground.afterCut("lines.damaged"));
    }

    @Test
    void recordsThatAreRefusedAreCutOffOfTheJournal() throws IOException {
        Journal journal = open().journal();
        journal.append(lines("{\"a\":1}"), true);
        String before = ground.now(FILE);
        ground.fail(FILE, Call.WRITE);
        assertThrows(IOException.class, () -> journal.append(lines("{\"b\":1}"), true));
        assertEquals(before, ground.now(FILE));
        assertFalse(journal.isSuspect());
        ground.heal();
        journal.append(lines("{\"c\":1}"), true);
        assertEquals(List.of("{\"a\":1}", "{\"c\":1}"), open().records());
    }

    @Test
    void aJournalThatCannotBeForcedOrCutIsSuspect() throws IOException {
        for (Call call : List.of(Call.FORCE, Call.TRUNCATE)) {
            Journal journal = open().journal();
            ground.fail(FILE, call, Call.WRITE);
            if (call == Call.FORCE) {
                ground.fail(FILE, call);
            }
            IOException refused = assertThrows(IOException.class, () -> journal.append(lines("{\"b\":1}"), true));
            assertEquals(call == Call.FORCE ? 0 : 1, refused.getSuppressed().length);
            assertTrue(journal.isSuspect());
            ground.heal();
            assertEquals(file + " has to be rewritten first",
                    assertThrows(IOException.class, () -> journal.append(lines("{\"c\":1}"), true)).getMessage());
            Files.delete(file);
        }
    }

    @Test
    void aRewrittenJournalLasts() throws IOException {
        Journal journal = open().journal();
        journal.append(lines("{\"old\":1}"), true);
        JournalRewrite rewrite = journal.rewrite();
        rewrite.write("{\"new\":1}".getBytes(UTF_8));
        rewrite.finish();
        String now = ground.now(FILE);
        assertEquals(now, ground.afterCut(FILE));
        assertEquals(List.of("{\"new\":1}"), open().records());
    }

    @Test
    void aRewrittenJournalWhoseNameIsNotForcedIsSuspect() throws IOException {
        Journal journal = open().journal();
        JournalRewrite rewrite = journal.rewrite();
        ground.fail("state", Call.FORCE_FOLDER);
        assertThrows(IOException.class, rewrite::finish);
        ground.heal();
        assertTrue(journal.isSuspect());
        journal.rewrite().finish();
        assertFalse(journal.isSuspect());
    }

    @Test
    void aLongRewriteIsForcedPieceByPieceSoThatAppendsNeverWaitForAllOfIt() throws IOException {
        JournalRewrite rewrite = open().journal().rewrite();
        byte[] record = ("{\"x\":\"" + "x".repeat(1 << 18) + "\"}").getBytes(UTF_8);
        List<String> forced = ground.recorded(Call.FORCE);
        for (int i = 0; i < 31; i++) {
            rewrite.write(record);
        }
        assertEquals(List.of(), forced);
        rewrite.write(record);
        assertEquals(List.of(".lines.tmp"), forced);
        rewrite.catchUp();
        assertEquals(List.of(".lines.tmp", ".lines.tmp"), forced);
    }
}
