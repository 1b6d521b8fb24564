package dev.asmp.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.Manifests;
import dev.asmp.document.FileStamp;
import dev.asmp.document.Limits;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An entry's file and what is beside it: what is written is read again, and what makes no sense has a default. */
class EntryCodecTest {
    private static final Instant NOW = Decisions.NOW;
    private static final Moment MOMENT = new Moment(NOW, NOW.minusSeconds(100));
    private static final String SOURCE = "/src/mail/asmp.yaml";

    private static EntryState state(@Nullable Instant expires) {
        return new EntryState(Sync.ANNOUNCE, Status.STALE, 7, NOW.minusSeconds(10), SOURCE, "digest", expires);
    }

    private static Entry entry(Sync sync, Status status, Instant lastSeen) {
        return new Entry(Manifests.of("mail", "1"), Mods.NONE,
                new EntryState(sync, status, 1, lastSeen, SOURCE, "d", null), "box", FileStamp.UNKNOWN);
    }

    private static EntryCodec.Content read(String more) {
        return EntryCodec.read((Manifests.yaml("mail", "1") + more).getBytes(UTF_8), "mail", MOMENT);
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Mods mods = Mods.of(List.of(Decisions.json("{'name':'spam','capabilities':{'provides':['spam.filter']}}")));
        byte[] yaml = EntryCodec.write(Manifests.of("mail", "1"), mods, state(MOMENT.running().plusSeconds(60)), "box",
                MOMENT);
        Mapping written = (Mapping) Yaml.read(new String(yaml, UTF_8));
        assertEquals("2026-11-20T10:01:00.000Z", written.mapping("x-asmp").text("expires_at"), "by the wall clock");
        EntryCodec.Content content = EntryCodec.read(yaml, "mail", MOMENT);
        assertEquals(state(MOMENT.running().plusSeconds(60)), content.state());
        assertEquals(mods, content.mods());
        assertEquals("box", content.host());
        assertEquals("1", content.manifest().document().text("version"));
    }

    @Test
    void aProposalKeepsSinceWhenItWaitsAndWhyItWasRejected() {
        byte[] yaml = EntryCodec.write(Manifests.of("mail", "1"), Mods.NONE, state(null), "box", MOMENT,
                NOW.minusSeconds(5), "no");
        Entry entry = entry(Sync.SCAN, Status.PENDING, NOW);
        Proposal proposal = EntryCodec.read(yaml, "mail", MOMENT).proposal(entry, MOMENT);
        assertEquals(new Proposal(entry, entry.contentDigest(), NOW.minusSeconds(5), "no"), proposal);
        assertEquals(new Proposal(entry, entry.contentDigest(), NOW, null), read("").proposal(entry, MOMENT));
    }

    @Test
    void aTakeoverKeepsWhatItReplacedAndByWhichGeneration() {
        Takeover takeover = new Takeover(entry(Sync.SCAN, Status.REGISTERED, NOW), 9);
        Takeover again = EntryCodec.read(EntryCodec.write(takeover, MOMENT), "mail", MOMENT).takeover("box",
                FileStamp.UNKNOWN);
        assertEquals(9, again.generation());
        assertEquals(takeover.replaced().state(), again.replaced().state());
        assertEquals(takeover.replaced().fingerprint(), again.replaced().fingerprint());
    }

    @Test
    void aFileByHandNeedsNoneOfTheRegistrysKeys() {
        EntryCodec.Content content = read("");
        assertEquals(new EntryState(Sync.REGISTER, Status.REGISTERED, 1, NOW, null, null, null), content.state());
        assertNull(content.host());
        assertTrue(content.mods().isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            # keys                                        | sync     | status     | generation | source
            sync: scan, source: /a                        | SCAN     | REGISTERED | 1 | /a
            sync: scan                                    | REGISTER | REGISTERED | 1 | -
            sync: scan, source: relative                  | REGISTER | REGISTERED | 1 | -
            sync: scan, source: "/a\\0b"                  | REGISTER | REGISTERED | 1 | -
            sync: odd, status: odd, generation: odd       | REGISTER | REGISTERED | 1 | -
            generation: 0                                 | REGISTER | REGISTERED | 1 | -
            generation: -5                                | REGISTER | REGISTERED | 1 | -
            generation: 999999999999999                   | REGISTER | REGISTERED | 999999999999999 | -
            generation: 1000000000000000                  | REGISTER | REGISTERED | 1 | -
            status: stale, sync: announce                 | ANNOUNCE | STALE      | 1 | -
            """)
    void whatMakesNoSenseHasADefault(String keys, Sync sync, Status status, long generation, @Nullable String source) {
        EntryState state = read(keys.replace(", ", "\n") + "\n").state();
        assertEquals(new EntryState(sync, status, generation, NOW, source, null, null), state);
    }

    @Test
    void aFileIsNamedForItsServiceAndHasALimit() {
        InvalidDocumentException other = assertThrows(InvalidDocumentException.class,
                () -> EntryCodec.read(Manifests.bytes("post", "1"), "mail", MOMENT));
        assertEquals("is 'post', but the file is named for 'mail'", other.problems().getFirst().message());
        Manifest large = Manifest.of(((Mapping) Yaml.read(Manifests.yaml("mail", "1"))).with("notes",
                Scalar.text("x".repeat(Limits.ENTRY_BYTES))));
        InvalidDocumentException tooLarge = assertThrows(InvalidDocumentException.class,
                () -> EntryCodec.write(large, Mods.NONE, state(null), "box", MOMENT));
        assertTrue(tooLarge.problems().getFirst().message().startsWith("the manifest is too large: written out"));
    }

    @ParameterizedTest
    @CsvSource({
            // seconds since it was seen, until its end by the wall clock, left on the running clock
            "10, 60, 60", "10, 0, 0", "10, -5, -5", "-50, 100, 50", "200, 100, 100"})
    void aTimeToLiveRunsOnFromAStartAndIsNeverLongerThanAllOfIt(long seen, long end, long left) {
        EntryState written = new EntryState(Sync.ANNOUNCE, Status.REGISTERED, 1, NOW.minusSeconds(seen), null, null,
                NOW.plusSeconds(end));
        assertEquals(MOMENT.running().plusSeconds(left), MOMENT.resumed(written).expires());
        assertEquals(NOW.plus(Duration.ofSeconds(left)), MOMENT.toWall(MOMENT.running().plusSeconds(left)));
        assertNull(MOMENT.toWall(null));
        assertNull(MOMENT.resumed(written.withExpiry(null)).expires());
    }

    @Test
    void aScannedEntryWasSeenByTheLastScanUnlessThatDidNotFindIt() {
        Instant scan = NOW.plusSeconds(60);
        LastSeen seen = new LastSeen(scan, Map.of("mail", NOW.plusSeconds(30)));
        Entry mail = entry(Sync.SCAN, Status.REGISTERED, NOW);
        assertEquals(NOW.plusSeconds(30), seen.lastSeen(mail));
        assertEquals(scan, new LastSeen(scan, Map.of()).lastSeen(mail));
        Entry later = entry(Sync.SCAN, Status.REGISTERED, scan.plusSeconds(1));
        assertEquals(scan.plusSeconds(1), new LastSeen(scan, Map.of()).lastSeen(later));
        assertEquals(NOW, LastSeen.NEVER.lastSeen(mail));
        assertEquals(NOW, new LastSeen(scan, Map.of()).lastSeen(entry(Sync.ANNOUNCE, Status.REGISTERED, NOW)));
        assertEquals(NOW, new LastSeen(scan, Map.of()).lastSeen(entry(Sync.SCAN, Status.STALE, NOW)));
        assertEquals(NOW.plusSeconds(30), seen.lastSeen(entry(Sync.SCAN, Status.STALE, NOW)));
    }

    @Test
    void whenEntriesWereSeenIsReadAsItWasWritten() throws IOException {
        Path file = Jimfs.newFileSystem(Configuration.unix()).getPath("/last-scan.json");
        assertEquals(LastSeen.NEVER, LastSeen.readFrom(file));
        LastSeen seen = new LastSeen(NOW, Map.of("mail", NOW.minusSeconds(30)));
        seen.writeTo(file);
        assertEquals(seen, LastSeen.readFrom(file));
        Files.writeString(file, "{\"seen_at\":\"2026-11-20T10:00:00Z\",\"except\":{\"a\":\"odd\",\"b\":null}}");
        assertEquals(new LastSeen(NOW, Map.of()), LastSeen.readFrom(file));
        for (String damaged : List.of("{", "[]", "")) {
            Files.writeString(file, damaged);
            assertEquals(LastSeen.NEVER, LastSeen.readFrom(file));
        }
        LastSeen.NEVER.writeTo(file);
        assertEquals(LastSeen.NEVER, LastSeen.readFrom(file));
    }

    @Test
    void manyChangesAreHandedInByPartsOfTwoMegabytes() {
        List<List<Integer>> parts = new ArrayList<>();
        int half = 1 << 19;
        RegistryChange.inParts(List.of(1, 3, 1, 9, 2), size -> (long) size * half, parts::add);
        assertEquals(List.of(List.of(1, 3), List.of(1), List.of(9), List.of(2)), parts);
        parts.clear();
        RegistryChange.inParts(List.<Integer>of(), size -> size, parts::add);
        assertEquals(List.of(List.of()), parts);
    }
}
