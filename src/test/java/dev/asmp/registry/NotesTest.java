package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.TestClock;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import dev.asmp.faults.Disk;
import dev.asmp.faults.DiskGround;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Problem;
import dev.asmp.store.AppendLog;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Notes: in pages, by name in memory, and never lost. */
class NotesTest {
    private final Path home = Jimfs.newFileSystem(Configuration.unix()).getPath("/home/asmp");
    private final Path file = home.resolve(Discoveries.FILE);
    private final TestClock clock = TestClock.somewhen();
    private Discoveries notes;
    private Registry registry;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(home);
        notes = Registries.notes(file, clock);
        registry = Registries.open(home, clock, () -> Manifests.BOX, _ -> {}, _ -> {});
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private void note(String name, int length) {
        notes.add(Mapping.builder().put("name", name).put("note", "x".repeat(length)).build());
    }

    private static List<String> names(Discoveries.Page page) {
        return page.notes().stream().map(note -> String.valueOf(note.document().text("name"))).toList();
    }

    private List<String> pending() {
        return names(notes.page(0, 100, registry.catalog(), true));
    }

    private void announce(String name, String... provides) {
        registry.announce(new Claim.Announcement(Manifests.of(name, "1", provides), null));
    }

    @Test
    void aNoteIsDoneWhileItsNameIsAServiceOrIsProvided() {
        note("mail", 1);
        note("fax.send", 1);
        note("telex", 1);
        announce("mail");
        announce("another", "fax.send");
        assertEquals(List.of("telex"), pending());
        assertEquals(new Discoveries.Pending(1, List.of("telex")), notes.pending(registry.catalog(), 20));
        assertEquals(List.of("registered", "registered", "todo"),
                notes.page(0, 10, registry.catalog(), false).notes().stream()
                        .map(note -> note.document().text("status")).toList());
        registry.remove("mail", Precondition.NONE, true);
        assertEquals(List.of("mail", "telex"), pending(), "it is pending again");
    }

    @Test
    void pagesFollowEachOtherByPlace() {
        for (int i = 0; i < 25; i++) {
            note("n" + i, 1);
        }
        announce("n3");
        Discoveries.Page first = notes.page(0, 10, registry.catalog(), true);
        assertEquals(10, first.notes().size());
        assertTrue(first.hasMore());
        assertEquals(11, first.notes().getLast().place());
        Discoveries.Page last = notes.page(11, 100, registry.catalog(), true);
        assertEquals("n11", names(last).getFirst());
        assertEquals(14, last.notes().size());
        assertFalse(last.hasMore());
    }

    @Test
    void aPageOfLongNotesIsShorter() {
        for (int i = 0; i < 300; i++) {
            note("n" + i, 8_000);
        }
        List<String> all = new ArrayList<>();
        long after = 0;
        int pages = 0;
        for (boolean more = true; more; pages++) {
            Discoveries.Page page = notes.page(after, 1_000, null, true);
            all.addAll(names(page));
            after = page.notes().getLast().place();
            more = page.hasMore();
        }
        assertEquals(300, all.size());
        assertEquals("n299", all.getLast());
        assertEquals(3, pages, "pages of a megabyte");
    }

    @Test
    void aPageEndsAtItsMostAndBeginsAfterAPlace() {
        for (int i = 0; i < 600; i++) {
            note("n" + i, 1);
        }
        assertEquals(List.of(), names(notes.page(600, 10, null, true)));
        assertEquals(List.of("n599"), names(notes.page(599, 1, null, true)));
        assertFalse(notes.page(599, 1, null, true).hasMore());
        assertTrue(notes.page(598, 1, null, true).hasMore());
        assertEquals(600, notes.page(-1, 600, null, true).notes().size());
        assertEquals("n256", names(notes.page(256, 1, null, true)).getFirst());
        assertEquals(257, notes.page(256, 1, null, true).notes().getFirst().place());
        assertEquals(new Discoveries.Pending(600, List.of("n0", "n1")), notes.pending(registry.catalog(), 2));
    }

    @Test
    void aNoteMayTakeEightKibibytes() throws IOException {
        note("n", 1);
        int overhead = (int) Files.size(file) - 2;
        note("n", 8_192 - overhead);
        assertThrows(InvalidDocumentException.class, () -> note("n", 8_193 - overhead));
        assertEquals(List.of("n", "n"), pending());
    }

    @Test
    void aNoteIsAnObjectOfTextsAndAllThatIsWrongIsSaid() {
        InvalidDocumentException list = assertThrows(InvalidDocumentException.class,
                () -> notes.add(Yaml.read("[mail]")));
        assertTrue(String.valueOf(list.getMessage()).contains("a note is an object with a name, but this is "));
        InvalidDocumentException wrong = assertThrows(InvalidDocumentException.class,
                () -> notes.add(Yaml.read("{note: [a], repo: {b: c}}")));
        assertEquals(List.of("name", "note", "repo"), wrong.problems().stream().map(Problem::field).toList());
        assertThrows(InvalidDocumentException.class, () -> notes.add(Yaml.read("{name: 'a b'}")));
        Mapping taken = notes.add(Yaml.read("{name: fax, note: 7, hint: null, other: x}"));
        assertEquals("7", taken.text("note"));
        assertNull(taken.get("hint"));
        assertNull(taken.get("other"));
        assertEquals("todo", taken.text("status"));
        assertEquals("2026-11-20T10:00:00.000Z", taken.text("discovered_at"));
    }

    @Test
    void aLineThatIsNoNoteIsPassedOver() throws IOException {
        Files.writeString(file, "{\"name\": \"" + "x".repeat(20_000) + "\"}\n[1]\n{\"note\": \"without\"}\n");
        note("n", 1);
        assertEquals(List.of("n"), pending());
    }

    @Test
    void namesOfAnyNumberAndLengthAreFoundAgain() {
        NoteIndex index = new NoteIndex(5_000);
        NoteIndex.View none = index.view();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            names.add(i % 7 + "ü".repeat(i));
            index.add(100L * i, names.getLast());
        }
        NoteIndex.View view = index.view();
        index.add(1, "x".repeat(5_000));
        index.add(2, "later");
        assertTrue(index.isFull());
        assertEquals(40, index.size());
        for (int i = 0; i < 40; i++) {
            assertEquals(100L * i + names.get(i), view.offset(i) + view.name(i));
        }
        assertEquals(List.of(0, 40), List.of(none.size(), view.size()));
        NoteIndex exact = new NoteIndex(2 * (24 + 2 * 4));
        exact.add(0, "four");
        exact.add(1, "four");
        assertFalse(exact.isFull());
        exact.add(2, "");
        assertTrue(exact.isFull());
        assertEquals(2, exact.size());
        assertFalse(exact.emptied().isFull());
    }

    @Test
    void aFileThatCannotBeReadIsAFailureOfTheDisk() throws IOException {
        DiskGround ground = new DiskGround();
        Discoveries onDisk = Registries.notes(ground.path(Discoveries.FILE), clock);
        onDisk.add(Mapping.builder().put("name", "n").build());
        ground.fail(Discoveries.FILE, Disk.Call.OPEN);
        for (Executable question : List.<Executable>of(() -> onDisk.page(0, 1, null, true),
                () -> onDisk.add(Mapping.builder().put("name", "m").build()))) {
            RefusedException refused = assertThrows(RefusedException.class, question);
            assertEquals(RefusedException.Reason.UNAVAILABLE, refused.reason());
        }
        ground.heal();
        assertEquals(1, Registries.all(onDisk).size());
        List<String> forced = ground.recorded(Disk.Call.FORCE);
        onDisk.add(Mapping.builder().put("name", "m").build());
        assertEquals(List.of(Discoveries.FILE), forced, "a note is on disk when it is answered");
    }

    @Test
    void aFileThatIsFullTakesNoNoteAndKeepsThoseItHas() throws IOException {
        note("first", 1);
        byte[] junk = ("y".repeat((1 << 20) - 1) + "\n").getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 64; i++) {
            Files.write(file, junk, StandardOpenOption.APPEND);
        }
        RefusedException refused = assertThrows(RefusedException.class, () -> note("second", 1));
        assertEquals(RefusedException.Reason.FULL, refused.reason());
        assertEquals(List.of("first"), pending());
    }

    @Test
    void namesBeyondTheMemoryForThemAreNotTakenAndNothingIsLost() {
        Discoveries small = new Discoveries(new AppendLog(file), clock, 2_000);
        int taken = 0;
        RefusedException refused = null;
        while (refused == null) {
            try {
                small.add(Mapping.builder().put("name", "name-" + taken).build());
                taken++;
            } catch (RefusedException e) {
                refused = e;
            }
        }
        assertEquals(RefusedException.Reason.FULL, refused.reason());
        assertTrue(taken > 10 && taken < 100, "taken: " + taken);
        assertEquals(taken, pending().size());
    }

    @Test
    void aFileThatWasMovedAwayIsReadAfresh() throws IOException {
        note("first", 100);
        note("second", 100);
        assertEquals(List.of("first", "second"), pending());
        Files.move(file, home.resolve("old"));
        note("third", 1);
        assertEquals(List.of("third"), pending());
        Files.write(file, ("{\"name\": \"" + "z".repeat(50) + "\"}\n").repeat(10).getBytes(StandardCharsets.UTF_8));
        pending();
        assertEquals(10, pending().size(), "another file that is longer");
    }

    @Test
    void whatAnotherProcessAppendsIsRead() throws IOException {
        note("first", 1);
        Registries.notes(file, clock).add(Mapping.builder().put("name", "second").build());
        Files.writeString(file, "{broken\n\n", StandardOpenOption.APPEND);
        note("third", 1);
        assertEquals(List.of("first", "second", "third"), pending());
    }
}
