package dev.asmp.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asmp.Ground;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What was appended is read again, however a crash cut the file off, and after any bit of it flipped. */
@ParameterizedClass
@EnumSource
class JournalTest {
    private final Ground.Kind kind;
    private final List<String> log = new ArrayList<>();
    private final List<String> read = new ArrayList<>();
    private Ground ground;
    private Path file;

    JournalTest(Ground.Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void prepare(@TempDir Path temporary) throws IOException {
        ground = new Ground(kind, temporary);
        file = ground.path("things.jsonl");
    }

    @AfterEach
    void close() throws IOException {
        ground.close();
    }

    /** Opens the journal again: what was read and logged before is forgotten. */
    private Journal open() throws IOException {
        read.clear();
        log.clear();
        return Journal.open(file, "things", 1, this::take, log::add);
    }

    private void take(byte[] line) {
        Mapping record = (Mapping) Json.read(line);
        read.add(String.valueOf(record.text("say")));
    }

    private static List<byte[]> records(String... said) {
        return Stream.of(said).map(text -> Json.write(Mapping.builder().put("say", text).build())).toList();
    }

    private void write(String... said) throws IOException {
        try (Journal journal = open()) {
            journal.append(records(said), true);
        }
    }

    private List<String> files() throws IOException {
        try (var list = Files.list(ground.path(""))) {
            return list.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatIsAppendedIsReadInOrder() throws IOException {
        write("one", "two");
        write("three\n");
        try (Journal journal = open()) {
            assertEquals(List.of("one", "two", "three\n"), read);
            assertEquals(Files.size(file), journal.size());
            assertFalse(journal.isSuspect());
        }
        assertEquals(List.of(), log);
        assertEquals(List.of("things.jsonl"), files());
    }

    @Test
    void everyLineIsJsonForAPerson() throws IOException {
        write("ü");
        List<String> lines = Files.readAllLines(file);
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).matches("\\{\"crc\":\"[0-9a-f]{8}\",\"journal\":\"things\",\"format\":1}"),
                lines.get(0));
        assertTrue(lines.get(1).matches("\\{\"crc\":\"[0-9a-f]{8}\",\"say\":\"ü\"}"), lines.get(1));
    }

    @Test
    void whereverTheFileIsCutOffAllBeforeIsRead() throws IOException {
        write("one", "two", "three");
        byte[] whole = Files.readAllBytes(file);
        List<Integer> ends = ends(whole);
        for (int length = ends.getFirst(); length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            int end = length;
            int complete = (int) ends.stream().filter(at -> at <= end).count() - 1;
            open().close();
            assertEquals(List.of("one", "two", "three").subList(0, complete), read, "cut at " + length);
            assertEquals(ends.contains(length) ? 0 : 1, log.size(), () -> "cut at " + end + ": " + log);
            write("four");
            open().close();
            assertEquals("four", read.getLast());
            assertEquals(complete + 1, read.size());
            assertEquals(List.of(), log);
        }
        assertEquals(List.of("things.jsonl"), files());
    }

    @Test
    void aFileCutOffInItsFirstLineIsSetAside() throws IOException {
        write();
        byte[] header = Files.readAllBytes(file);
        for (int length = 0; length < header.length; length++) {
            Files.write(file, Arrays.copyOf(header, length));
            open().close();
            assertEquals(1, log.size(), "cut at " + length);
            assertTrue(log.getFirst().contains("IS DAMAGED"), log.getFirst());
        }
    }

    private static List<Integer> ends(byte[] bytes) {
        List<Integer> ends = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                ends.add(i + 1);
            }
        }
        return ends;
    }

    @Test
    void afterAnyFlippedBitTheOtherRecordsAreReadAndTheFileIsKept() throws IOException {
        write("one", "two", "three", "four");
        byte[] whole = Files.readAllBytes(file);
        int header = ends(whole).getFirst();
        int step = ground.onDisk() ? 9 : 1; // the disk takes its time: one bit of each byte or so
        for (int bit = 0; bit < whole.length * 8; bit += step) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, damaged);
            try (Journal journal = open()) {
                assertTrue(journal.isSuspect());
                assertThrows(IOException.class, () -> journal.append(records("more"), true));
            }
            int at = bit;
            assertTrue(List.of("one", "two", "three", "four").containsAll(read), () -> "bit " + at + ": " + read);
            assertEquals(read.stream().distinct().sorted().toList(), read.stream().sorted().toList());
            int least = bit / 8 == whole.length - 1 || bit / 8 < header - 1 ? 4 : whole[bit / 8] == '\n' ? 2 : 3;
            assertTrue(read.size() >= least, () -> "bit " + at + ": " + read);
            assertEquals(1, log.size());
            assertTrue(log.getFirst().contains("IS DAMAGED"), log.getFirst());
            Path kept = ground.path("things.jsonl.damaged");
            assertArrayEquals(damaged, Files.readAllBytes(kept));
            Files.delete(kept);
        }
    }

    @Test
    void aDamagedFileIsRewrittenAndEachOneIsKept() throws IOException {
        for (int i = 1; i <= 3; i++) {
            write("one", "two");
            Files.writeString(file, Files.readString(file).replace("one", "eno"));
            try (Journal journal = open()) {
                JournalRewrite rewrite = journal.rewrite();
                rewrite.write(records("two").getFirst());
                rewrite.finish();
                journal.append(records("three"), true);
            }
            open().close();
            assertEquals(List.of("two", "three"), read);
            assertEquals(List.of(), log);
            Files.delete(file);
        }
        assertEquals(List.of("things.jsonl.damaged", "things.jsonl.damaged.2", "things.jsonl.damaged.3"), files());
    }

    @Test
    void theFirstDamagedLineIsNamedAlsoWhereTheLastLostItsEnd() throws IOException {
        write("one", "two");
        String whole = Files.readString(file);
        Files.writeString(file, whole.substring(0, whole.length() - 1) + "x");
        open().close();
        assertEquals(List.of("one", "two"), read);
        assertTrue(
                log.getFirst().contains("1 of its 3 lines cannot be read, the first is line 3. The rest was taken, and"
                        + " the damaged file is kept as " + file + ".damaged."),
                log.getFirst());
        Files.writeString(file, whole.substring(0, whole.length() - 1).replace("one", "eno") + "x");
        open().close();
        assertEquals(List.of("two"), read);
        assertTrue(log.getFirst().contains("2 of its 3 lines cannot be read, the first is line 2."), log.getFirst());
    }

    @Test
    void aLineWithNothingButAChecksumHoldsNoRecord() throws IOException {
        write("one");
        Files.writeString(file, "{\"crc\":\"00000000\",\n", StandardOpenOption.APPEND);
        List<String> found = new ArrayList<>();
        Journal.open(file, "things", 1, record -> found.add(new String(record, UTF_8)), log::add).close();
        assertEquals(List.of("{\"say\":\"one\"}"), found);
    }

    @Test
    void whatIsClosedTakesNothingMore() throws IOException {
        Journal journal = open();
        journal.close();
        assertThrows(IOException.class, () -> journal.append(records("one"), false));
    }

    @Test
    void aLineWithoutEndDoesNotFillTheMemory() throws IOException {
        write("one");
        byte[] blank = new byte[1 << 20];
        try (var out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            for (int i = 0; i < 20; i++) {
                out.write(blank);
            }
        }
        open().close();
        assertEquals(List.of("one"), read);
        assertEquals(1, log.size(), "what a power cut leaves behind is no more than a torn record");
        assertEquals(List.of("things.jsonl"), files());
    }

    @Test
    void aLaterFormatIsLeftAlone() throws IOException {
        Journal.open(file, "things", 2, _ -> {}, log::add).close();
        byte[] before = Files.readAllBytes(file);
        IOException refused = assertThrows(IOException.class, this::open);
        assertEquals(file + " has format 2, and this version reads format 1: a newer version has written it",
                refused.getMessage());
        assertArrayEquals(before, Files.readAllBytes(file));
        assertEquals(List.of("things.jsonl"), files());
    }

    @Test
    void aRecordOfUnknownMeaningIsDamage() throws IOException {
        write("one");
        try (Journal journal = open()) {
            journal.append(List.of("{\"x\":[}".getBytes(UTF_8)), true);
        }
        open().close();
        assertEquals(List.of("one"), read);
        assertTrue(log.getFirst().contains("1 of its 3 lines cannot be read, the first is line 3"), log.getFirst());
    }

    @Test
    void whenTheFileIsLostUnderItTheJournalSaysSoAndRecoversByRewriting() throws IOException {
        try (Journal journal = open()) {
            journal.append(records("one"), true);
            Thread.currentThread().interrupt(); // which closes the file that is being written
            assertThrows(IOException.class, () -> journal.append(records("two"), true));
            assertTrue(Thread.interrupted());
            assertTrue(journal.isSuspect());
            assertThrows(IOException.class, () -> journal.append(records("two"), true));
            JournalRewrite rewrite = journal.rewrite();
            rewrite.write(records("one").getFirst());
            rewrite.finish();
            assertFalse(journal.isSuspect());
            journal.append(records("three"), true);
        }
        open().close();
        assertEquals(List.of("one", "three"), read);
    }

    @Test
    void whateverStepOfARewritingIsTheLastNothingIsLost() throws IOException {
        try (Journal journal = open()) {
            journal.append(records("old", "garbage"), true);
            JournalRewrite rewrite = journal.rewrite();
            assertReadsFromACopy("old", "garbage");
            journal.append(records("during 1"), true);
            rewrite.write(records("old").getFirst());
            assertReadsFromACopy("old", "garbage", "during 1");
            journal.append(records("x".repeat(300_000)), true);
            rewrite.catchUp();
            assertReadsFromACopy("old", "garbage", "during 1", "x".repeat(300_000));
            journal.append(records("during 2"), true);
            rewrite.catchUp();
            journal.append(records("during 3"), true);
            assertReadsFromACopy("old", "garbage", "during 1", "x".repeat(300_000), "during 2", "during 3");
            rewrite.finish();
            assertReadsFromACopy("old", "during 1", "x".repeat(300_000), "during 2", "during 3");
            journal.append(records("after"), true);
            assertReadsFromACopy("old", "during 1", "x".repeat(300_000), "during 2", "during 3", "after");
            assertEquals(List.of("things.jsonl"), files());
            assertEquals(Files.size(file), journal.size());
        }
    }

    @Test
    void itCanBeRewrittenAgainAndAgain() throws IOException {
        try (Journal journal = open()) {
            for (int i = 0; i < 3; i++) {
                JournalRewrite rewrite = journal.rewrite();
                journal.append(records("during " + i), true);
                rewrite.write(records("kept").getFirst());
                rewrite.finish();
                assertReadsFromACopy("kept", "during " + i);
            }
        }
    }

    /** Opens a copy of the folder as it is at this moment, as a start after a crash would. */
    private void assertReadsFromACopy(String... expected) throws IOException {
        Path other = Files.createDirectory(ground.path("crashed"));
        for (String name : files()) {
            if (!name.equals("crashed")) {
                Files.copy(ground.path(name), other.resolve(name));
            }
        }
        List<String> problems = new ArrayList<>();
        List<String> found = new ArrayList<>();
        Journal.open(other.resolve("things.jsonl"), "things", 1,
                line -> found.add(String.valueOf(((Mapping) Json.read(line)).text("say"))), problems::add).close();
        assertEquals(List.of(expected), found);
        assertEquals(List.of(), problems);
        assertFalse(Files.exists(other.resolve(".things.jsonl.tmp")));
        Files.delete(other.resolve("things.jsonl"));
        Files.delete(other);
    }

    @Test
    void aRewritingThatIsGivenUpOrOvertakenChangesNothing() throws IOException {
        try (Journal journal = open()) {
            journal.append(records("one"), true);
            journal.rewrite().abandon();
            assertEquals(List.of("things.jsonl"), files());
            JournalRewrite first = journal.rewrite();
            JournalRewrite second = journal.rewrite();
            first.write(records("wrong").getFirst());
            assertThrows(IOException.class, first::finish);
            first.abandon();
            second.write(records("right").getFirst());
            journal.append(records("two"), true);
            second.finish();
            second.abandon();
            assertThrows(IOException.class, second::finish);
            journal.append(records("three"), true);
        }
        open().close();
        assertEquals(List.of("right", "two", "three"), read);
    }

    @Test
    void whatACrashLeftOfARewritingIsRemoved() throws IOException {
        write("one");
        Files.writeString(ground.path(".things.jsonl.tmp"), "half of it");
        open().close();
        assertEquals(List.of("one"), read);
        assertEquals(List.of("things.jsonl"), files());
    }

    @Test
    void itIsForItsOwnerAlone() throws IOException {
        assumeTrue(ground.onDisk());
        write("one");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        try (Journal journal = open()) {
            journal.rewrite().finish();
        }
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void aRecordThatCouldNotBeReadAgainIsNotWritten() throws IOException {
        write("short");
        try (Journal journal = open()) {
            long size = journal.size();
            assertThrows(IOException.class, () -> journal.append(records("more", "x".repeat(2 * 1024 * 1024)), true));
            assertEquals(size, journal.size());
            journal.append(records("y".repeat(2 * 1024 * 1024 - 100)), true);
        }
        open().close();
        assertEquals(List.of(5, 2 * 1024 * 1024 - 100), read.stream().map(String::length).toList());
        assertEquals(List.of(), log);
    }
}
