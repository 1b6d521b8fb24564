package dev.asmp.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asmp.Ground;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Lines are whole, each on its own, also after another writer died in the middle of one. */
@ParameterizedClass
@EnumSource
class AppendLogTest {
    private static final int LINES = 200;

    private final Ground.Kind kind;
    private Ground ground;
    private AppendLog log;

    AppendLogTest(Ground.Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open(@TempDir Path temporary) throws IOException {
        ground = new Ground(kind, temporary);
        log = new AppendLog(ground.path("notes.jsonl"));
    }

    @AfterEach
    void close() throws IOException {
        ground.close();
    }

    @Test
    void whereThereIsNoFileThereAreNoLines() throws IOException {
        assertEquals(List.of(), texts(read(0)));
        assertEquals(0, read(7).next());
        assertEquals(0, log.size());
    }

    @Test
    void whatIsAppendedIsReadInOrder() throws IOException {
        append("one", "two");
        append("three");
        append();
        append("");
        Read lines = read(0);
        assertEquals(List.of("one", "two", "three", ""), texts(lines));
        assertEquals(log.size(), lines.next());
    }

    @Test
    void readingGoesOnWhereItEnded() throws IOException {
        append("one", "zwei ü");
        long next = read(0).next();
        assertEquals(List.of(), texts(read(next)));
        append("three");
        Read more = read(next);
        assertEquals(List.of("three"), texts(more));
        assertEquals(log.size(), more.next());
    }

    @Test
    void aTornLineStaysAloneAndTheNextBeginsAfresh() throws IOException {
        append("one");
        tear("{\"name\": \"to");
        append("two");
        assertEquals(List.of("one", "{\"name\": \"to", "two"), texts(read(0)));
    }

    @Test
    void aLineThatIsStillBeingWrittenIsLeftForTheNextTime() throws IOException {
        append("one");
        tear("tw");
        Read first = read(0);
        assertEquals(List.of("one"), texts(first));
        assertEquals("one\n".length(), first.next());
        tear("o\n");
        assertEquals(List.of("two"), texts(read(first.next())));
    }

    @Test
    void longLinesCrossTheBuffersEnd() throws IOException {
        List<String> lines = IntStream.of(65_535, 65_536, 65_537, 1, 200_000).mapToObj("x"::repeat).toList();
        append(lines.toArray(String[]::new));
        assertEquals(lines, texts(read(0)));
        assertEquals(lines.subList(1, 5), texts(read(65_536)));
    }

    @Test
    void twoWritersKeepTheirLinesApart() throws IOException {
        AppendLog other = new AppendLog(log.file());
        for (int i = 0; i < 10; i++) {
            log.append(bytes("mine " + i), i % 2 == 0);
            other.append(bytes("other " + i), i % 3 == 0);
        }
        assertEquals(20, read(0).lines().size());
        assertEquals("other 9", texts(read(0)).getLast());
    }

    @Test
    void severalThreadsMayShareOneLog() throws InterruptedException, IOException {
        List<Thread> threads = Stream.of("a", "b", "c", "d")
                .map(name -> Thread.ofVirtual().start(() -> writeMany(name)))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertWholeLines(List.of("a", "b", "c", "d"));
    }

    @Test
    void severalProcessesMayShareOneFile() throws IOException, InterruptedException {
        assumeTrue(ground.onDisk());
        List<Process> others = new ArrayList<>();
        for (String name : List.of("left", "right")) {
            others.add(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                    System.getProperty("java.class.path"), Other.class.getName(), log.file().toString(), name)
                    .inheritIO().start());
        }
        writeMany("mine");
        for (Process other : others) {
            assertEquals(0, other.waitFor());
        }
        assertWholeLines(List.of("left", "mine", "right"));
    }

    @Test
    void aFileThatGrewShorterIsToldByItsSize() throws IOException {
        append("one", "two");
        long next = read(0).next();
        Files.writeString(log.file(), "new\n");
        assertTrue(log.size() < next);
        assertEquals(List.of(), texts(read(next)));
        assertEquals(List.of("new"), texts(read(0)));
    }

    @Test
    void theFileIsForItsOwnerAlone() throws IOException {
        assumeTrue(ground.onDisk() && ground.path("").getFileSystem().supportedFileAttributeViews().contains("posix"));
        append("one");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(log.file())));
        Files.setPosixFilePermissions(log.file(), PosixFilePermissions.fromString("rw-r--r--"));
        append("two");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(log.file())));
    }

    /** Another process that writes to the same file. */
    static final class Other {
        private Other() {}

        public static void main(String[] args) {
            writeMany(new AppendLog(Path.of(args[0])), args[1]);
        }
    }

    private void writeMany(String name) {
        writeMany(log, name);
    }

    private static void writeMany(AppendLog log, String name) {
        try {
            for (int i = 0; i < LINES; i++) {
                log.append(bytes(name + " " + "x".repeat(i)), false);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertWholeLines(List<String> writers) throws IOException {
        List<String> expected = writers.stream()
                .flatMap(name -> IntStream.range(0, LINES).mapToObj(i -> name + " " + "x".repeat(i))).sorted().toList();
        assertEquals(expected, texts(read(0)).stream().sorted().toList());
    }

    private void append(String... lines) throws IOException {
        log.append(bytes(lines), true);
    }

    private void tear(String piece) throws IOException {
        Files.writeString(log.file(), piece, StandardOpenOption.APPEND);
    }

    private static List<byte[]> bytes(String... lines) {
        return Stream.of(lines).map(line -> line.getBytes(UTF_8)).toList();
    }

    /** Lines, and where the next reading starts. */
    private record Read(List<String> lines, long next) {}

    private Read read(long start) throws IOException {
        List<String> lines = new ArrayList<>();
        long next = log.readFrom(start, (_, line) -> lines.add(new String(line, UTF_8)));
        return new Read(lines, next);
    }

    private static List<String> texts(Read read) {
        return read.lines();
    }

    @Test
    void aLineLongerThanAnyOfOursIsSkippedAndThoseAfterItAreRead() throws IOException {
        append("one", "x".repeat(300_000), "two");
        assertEquals(List.of("one", "", "two"), texts(read(0)));
    }

    @Test
    void linesAreReadAtTheirOffsets() throws IOException {
        List<String> lines = List.of("one", "x".repeat(5_000), "two");
        append(lines.toArray(String[]::new));
        List<Long> offsets = new ArrayList<>();
        log.readFrom(0, (at, _) -> offsets.add(at));
        assertEquals(lines, log.linesAt(offsets).stream().map(line -> new String(line, UTF_8)).toList());
        assertEquals("", new String(log.linesAt(List.of(log.size())).getFirst(), UTF_8));
    }

    @Test
    void theLongestLineIsReadAndALongerOneIsEmptyAtItsOffsetToo() throws IOException {
        append("x".repeat(262_144), "y".repeat(262_145), "z".repeat(1_023), "two");
        assertEquals(List.of(262_144, 0, 1_023, 3), read(0).lines().stream().map(String::length).toList());
        assertEquals(List.of(0, 1_023), log.linesAt(List.of(262_145L, 524_291L)).stream().map(line -> line.length)
                .toList());
    }

    @Test
    void whereThereIsNoFileEachLineIsEmpty() throws IOException {
        assertEquals(List.of(0, 0), log.linesAt(List.of(0L, 7L)).stream().map(line -> line.length).toList());
    }
}
