package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.document.FileStamp;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Mod;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A snapshot gives back the entries as they were, or none. */
class SnapshotCodecTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00.123456789Z");
    private static final Moment MOMENT = new Moment(NOW, NOW);

    private final Path file = Jimfs.newFileSystem(Configuration.unix()).getPath("/snapshot.bin");

    private static Entry entry(Manifest manifest, Mods mods, @Nullable Instant expires) {
        return new Entry(manifest, mods, new EntryState(Sync.SCAN, Status.STALE, 7, NOW, "/src/a/asmp.yaml", "digest",
                expires), "box", new FileStamp(12, FileTime.from(NOW), FileTime.from(NOW.plusNanos(1)), 42L));
    }

    private static Entry mail() {
        Mod mod = Mod.of(Yaml.read("{name: spam-filter, description: d, agent: a, attaches_to: [mail.use], "
                + "capabilities: {requires: [mail.use], provides: [spam.detect]}}"));
        return entry(Manifests.of("mail", "1"), Mods.NONE.with(mod), NOW.plusSeconds(60));
    }

    private static Entry post() {
        return entry(Manifest.of(Yaml.read("{asmp: '0.1', kind: tool, name: post, section: s, health: {method: http}, "
                + "capabilities: {provides: [p.q, p.r], aliases: [mailman]}}")), Mods.NONE, null);
    }

    private static byte[] written(List<Entry> entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SnapshotCodec.write("box", entries, MOMENT, out);
        return out.toByteArray();
    }

    private static void assertSame(Entry expected, @Nullable Entry read) {
        assertNotNull(read);
        assertEquals(expected.state(), read.state());
        assertEquals(expected.stamp(), read.stamp());
        assertEquals(expected.host(), read.host());
        assertEquals(expected.fingerprint(), read.fingerprint());
        assertEquals(expected.contentDigest(), read.contentDigest());
        assertEquals(expected.evidence(), read.evidence());
        assertEquals(List.of(expected.kind(), expected.provides(), expected.aliases(), expected.heldPorts()),
                List.of(read.kind(), read.provides(), read.aliases(), read.heldPorts()));
        assertEquals(expected.section(), read.section());
        assertArrayEquals(expected.health(), read.health());
        assertArrayEquals(expected.json(NOW), read.json(NOW));
        assertArrayEquals(answer(expected), answer(read));
    }

    private static byte[] answer(Entry entry) {
        return Catalog.empty(Registries.PLENTY).with(entry).offers("spam.detect", Liveness.UNKNOWN).json();
    }

    @Test
    void entriesComeBackAsTheyWere() throws IOException {
        Files.write(file, written(List.of(mail(), post())));
        Map<String, Entry> read = SnapshotCodec.read(file, "box", MOMENT, Registries.PLENTY);
        assertEquals(2, read.size());
        assertSame(mail(), read.get("mail"));
        assertSame(post(), read.get("post"));
    }

    @Test
    void aSnapshotOfAnotherHostIsNotUsed() throws IOException {
        Files.write(file, written(List.of(mail())));
        assertEquals(Map.of(), SnapshotCodec.read(file, "another", MOMENT, Registries.PLENTY));
    }

    @Test
    void aSnapshotThatIsCutOffOrDamagedAnywhereIsNotUsed() throws IOException {
        byte[] whole = written(List.of(mail(), post()));
        for (int i = 0; i < whole.length; i += 7) {
            Files.write(file, Arrays.copyOf(whole, i));
            assertEquals(Map.of(), SnapshotCodec.read(file, "box", MOMENT, Registries.PLENTY), "cut off at " + i);
            byte[] damaged = whole.clone();
            damaged[i] ^= 0x10;
            Files.write(file, damaged);
            assertEquals(Map.of(), SnapshotCodec.read(file, "box", MOMENT, Registries.PLENTY), "damaged at " + i);
        }
    }

    @Test
    void aSnapshotIsWrittenInSmallParts() throws IOException {
        class Parts extends OutputStream {
            private long total;
            private int largest;

            @Override
            public void write(int b) {
                total++;
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                total += length;
                largest = Math.max(largest, length);
            }
        }
        Parts parts = new Parts();
        SnapshotCodec.write("box", Collections.nCopies(2_000, mail()), MOMENT, parts);
        assertTrue(parts.total > 1_000_000, parts.total + " bytes");
        assertTrue(parts.largest <= 1 << 16, "a part of " + parts.largest + " bytes");
    }
}
