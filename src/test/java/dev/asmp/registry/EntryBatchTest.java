package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes that are decided in one batch. */
class EntryBatchTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

    private final Path home = Jimfs.newFileSystem(Configuration.unix()).getPath("/home/asmp");
    private RegistryFiles index;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(home);
        index = new RegistryFiles(home.resolve("services"), home);
    }

    private EntryBatch draft(Catalog before) {
        return new EntryBatch(before, index, "box", NOW, _ -> {});
    }

    private static void announce(EntryBatch draft, String version, long generation) {
        assertEquals(generation - 1, draft.lastGeneration("mail"));
        draft.put(new Merge.Next(Manifests.of("mail", version), Mods.NONE,
                new EntryState(Sync.ANNOUNCE, Status.REGISTERED, generation, NOW, null, null, null), true), null);
    }

    private static @Nullable String version(Catalog catalog) {
        Entry entry = catalog.find("mail");
        assertNotNull(entry);
        return entry.manifest().document().text("version");
    }

    private Catalog written(EntryBatch draft) {
        var outcome = index.folder().replace(draft.writes());
        assertEquals(Map.of(), outcome.failed());
        return draft.settled(outcome.replaced(), outcome.failed());
    }

    @Test
    void aReloadRightAfterAFirstAnnounceDoesNotTakeItAway() {
        EntryBatch draft = draft(Catalog.EMPTY);
        assertNull(draft.current("mail"));
        announce(draft, "1", 1);
        assertNull(draft.reload("mail"));
        assertEquals("1", version(written(draft)));
        assertEquals(0, draft.changes().size());
    }

    @Test
    void aReloadRightAfterAnAnnounceDoesNotBringBackWhatItReplaced() throws IOException {
        EntryBatch first = draft(Catalog.EMPTY);
        announce(first, "1", 1);
        Catalog before = written(first);
        EntryBatch draft = draft(before);
        assertNotNull(draft.current("mail"));
        announce(draft, "2", 2);
        assertNull(draft.reload("mail"));
        Catalog after = written(draft);
        assertEquals("2", version(after));
        assertEquals("2", index.read("mail", "box", NOW).manifest().document().text("version"));
    }
}
