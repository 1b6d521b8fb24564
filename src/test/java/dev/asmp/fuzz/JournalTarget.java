package dev.asmp.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.Registries;
import dev.asmp.TestClock;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.store.Journal;
import dev.asmp.vm.EmbeddedVmStore;
import dev.asmp.vm.VmQuery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A journal's file: an input is its bytes, once as they are and once as records with valid checksums. What a start makes of
 * it, the next start makes of what the first one left; a record comes back as it was appended, and a damaged one never as
 * another.
 */
final class JournalTarget {
    private JournalTarget() {}

    static void check(byte[] input) throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Path folder = Files.createDirectory(files.getPath("/state"));
            checkStore(Files.write(folder.resolve("raw.jsonl"), input));
            Path whole = folder.resolve("whole.jsonl");
            checkRecords(whole, input);
            checkStore(whole);
        }
    }

    private static void checkStore(Path file) throws IOException {
        List<String> first;
        try {
            first = vms(file);
        } catch (IOException e) {
            DocumentTargets.checkMessage(e.getMessage());
            return; // a later format
        }
        assertEquals(first, vms(file));
    }

    private static List<String> vms(Path file) throws IOException {
        TestClock clock = TestClock.somewhen();
        try (EmbeddedVmStore store = new EmbeddedVmStore(file, clock, () -> 0, Registries.queue(), 1L << 30,
                DocumentTargets::checkMessage)) {
            return store.list(VmQuery.ALL).vms().stream()
                    .map(vm -> new String(Json.write(vm.document()), StandardCharsets.UTF_8)).toList();
        }
    }

    private static void checkRecords(Path file, byte[] input) throws IOException {
        List<String> records = new String(input, StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank())
                .limit(50).map(JournalTarget::record).toList();
        try (Journal journal = Journal.open(file, "vms", 1, _ -> {}, DocumentTargets::checkMessage)) {
            journal.append(records.stream().map(record -> record.getBytes(StandardCharsets.UTF_8)).toList(), true);
        }
        assertEquals(records, read(file));
        byte[] bytes = Files.readAllBytes(file);
        int at = Math.floorMod(input.length == 0 ? 0 : input[0] * 257 + input.length, bytes.length);
        bytes[at] ^= 1;
        Path damaged = Files.write(file.resolveSibling("damaged.jsonl"), bytes);
        try {
            read(damaged).forEach(record -> assertEquals(true, records.contains(record), record));
        } catch (IOException e) {
            DocumentTargets.checkMessage(e.getMessage());
        }
    }

    private static List<String> read(Path file) throws IOException {
        List<String> found = new ArrayList<>();
        Journal.open(file, "vms", 1, record -> found.add(new String(record, StandardCharsets.UTF_8)),
                DocumentTargets::checkMessage).close();
        return found;
    }

    /** A line as a record: an object on one line, which a journal's record is. */
    private static String record(String line) {
        return line.startsWith("{") && line.endsWith("}") && line.length() > 2
                ? line
                : new String(Json.write(Mapping.builder().put("text", Scalar.text(line)).build()),
                        StandardCharsets.UTF_8);
    }
}
