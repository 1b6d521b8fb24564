package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.manifest.Policy;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes that are decided in one batch. */
class EntryBatchTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

    private final Path home = Jimfs.newFileSystem(Configuration.unix()).getPath("/home/asmp");
    private final List<String> warnings = new ArrayList<>();
    private final List<Reloaded.Problem> problems = new ArrayList<>();
    private RegistryFiles index;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(home);
        index = new RegistryFiles(home.resolve("services"), home, Registries.PLENTY);
    }

    private EntryBatch batch(Catalog before) {
        return new EntryBatch(before, index.history()::generationOf, Policy.OPEN, "box", new Moment(NOW, NOW),
                Registries.PLENTY);
    }

    private HandEdits edits(EntryBatch batch) {
        return new HandEdits(index, batch, warnings::add);
    }

    private static void announce(EntryBatch batch, String version, long generation) {
        assertEquals(generation - 1, batch.lastGeneration("mail"));
        batch.put(new Merge.Next(Manifests.of("mail", version), Mods.NONE,
                new EntryState(Sync.ANNOUNCE, Status.REGISTERED, generation, NOW, null, null, null), true), null);
    }

    private void reload(HandEdits edits) {
        edits.takeInAll(List.of("mail", "fax"), problems::add);
    }

    private static @Nullable String version(Catalog catalog) {
        Entry entry = catalog.find("mail");
        assertNotNull(entry);
        return entry.manifest().document().text("version");
    }

    /** The catalog after a first announcement that is saved. */
    private Catalog withMail() {
        EntryBatch first = batch(Catalog.empty(Registries.PLENTY));
        announce(first, "1", 1);
        return saved(first);
    }

    private Catalog saved(EntryBatch batch) {
        RegistryFiles.Saved outcome = index.save(batch);
        assertEquals(Map.of(), outcome.failed());
        Catalog saved = batch.catalog();
        for (var file : outcome.entries().entrySet()) {
            Entry entry = saved.find(file.getKey());
            saved = entry == null ? saved : saved.with(entry.withStamp(file.getValue()));
        }
        return saved;
    }

    private Path file() {
        return index.folder().path("mail");
    }

    @Test
    void aReloadRightAfterAFirstAnnounceDoesNotTakeItAway() {
        EntryBatch batch = batch(Catalog.empty(Registries.PLENTY));
        HandEdits edits = edits(batch);
        edits.takeIn("mail");
        assertNull(batch.current("mail"));
        announce(batch, "1", 1);
        reload(edits);
        assertEquals("1", version(saved(batch)));
        assertEquals(0, batch.changes().size());
    }

    @Test
    void aReloadRightAfterAnAnnounceDoesNotBringBackWhatItReplaced() throws IOException {
        EntryBatch batch = batch(withMail());
        HandEdits edits = edits(batch);
        edits.takeIn("mail");
        assertNotNull(batch.current("mail"));
        announce(batch, "2", 2);
        reload(edits);
        assertEquals("2", version(saved(batch)));
        assertEquals("2", index.read("mail", "box", new Moment(NOW, NOW)).manifest().document().text("version"));
    }

    @Test
    void anAnnounceRightAfterAReloadDoesNotOverwriteABrokenFile() throws IOException {
        EntryBatch batch = batch(withMail());
        Files.writeString(file(), "torn");
        HandEdits edits = edits(batch);
        reload(edits);
        assertEquals(1, problems.size());
        edits.takeIn("mail");
        announce(batch, "2", 2);
        saved(batch);
        assertEquals("torn", Files.readString(file().resolveSibling("mail.asmp.yaml.broken")));
    }

    @Test
    void anEditIsTakenInOnceInABatch() throws IOException {
        EntryBatch batch = batch(withMail());
        HandEdits edits = edits(batch);
        edits.takeIn("mail");
        Files.writeString(file(), Manifests.yaml("mail", "by hand"));
        edits.takeIn("mail");
        assertEquals("1", version(batch.catalog()), "later changes of the batch rest on what the first one saw");
    }

    @Test
    void aNameThatIsBlockedDoesNotBlockOthers() throws IOException {
        Files.createDirectory(file());
        EntryBatch batch = batch(Catalog.empty(Registries.PLENTY));
        HandEdits edits = edits(batch);
        edits.takeIn("mail");
        edits.takeIn("post");
        assertTrue(warnings.getFirst().contains("is kept as mail.asmp.yaml.broken"), warnings.toString());
        assertNull(batch.current("mail"));
        batch.block("mail", new RefusedException(RefusedException.Reason.UNAVAILABLE, "no"));
        assertThrows(RefusedException.class, () -> batch.current("mail"));
        assertNull(batch.current("post"));
    }
}
