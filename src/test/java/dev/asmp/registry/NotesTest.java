package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.TestClock;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Claim;
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
    void aFileThatIsFullTakesNoNoteAndKeepsThoseItHas() throws IOException {
        note("first", 1);
        byte[] junk = ("y".repeat(1023) + "\n").repeat(1024).getBytes(StandardCharsets.US_ASCII);
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
