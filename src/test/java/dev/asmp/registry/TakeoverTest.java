package dev.asmp.registry;

import static dev.asmp.registry.Decisions.HERE;
import static dev.asmp.registry.Decisions.NOW;
import static dev.asmp.registry.Decisions.THERE;
import static dev.asmp.registry.Decisions.mail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.asmp.document.FileStamp;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Claim;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which claims are another source's, and against which files a claim holds its name, as tables. */
class TakeoverTest {
    private static final Moment MOMENT = new Moment(NOW, NOW);

    private static EntryState state(Sync sync, Status status, long generation, @Nullable String source,
            @Nullable String digest, @Nullable Instant expires) {
        return new EntryState(sync, status, generation, NOW, source, digest, expires);
    }

    /** An entry that provides a.b and c.d. */
    private static Entry entry(EntryState state) {
        return new Entry(mail("a.b", "c.d"), Mods.NONE, state, "box", FileStamp.UNKNOWN);
    }

    private static @Nullable Instant end(@Nullable String written) {
        return written == null ? null : NOW.plusSeconds(Long.parseLong(written));
    }

    @ParameterizedTest
    @CsvSource({
            // the entry: sync, status, source, digest, ends in; the sighting: source, digest, provides; another's?
            "SCAN,     REGISTERED, /r/asmp.yaml,       d, , /r/asmp.yaml,       e, x.y, false",
            "SCAN,     REGISTERED, /r/asmp.yaml,       d, , /r/infra/asmp.yaml, e, x.y, false",
            "SCAN,     REGISTERED, /r/infra/asmp.yaml, d, , /r/asmp.yaml,       e, x.y, false",
            "SCAN,     REGISTERED, /r/asmp.yaml,       d, , /s/asmp.yaml,       d, x.y, false",
            "SCAN,     REGISTERED, /r/asmp.yaml,       d, , /s/asmp.yaml,       e, a.b, true",
            "SCAN,     REGISTERED, /r/asmp.yaml,        , , /s/asmp.yaml,       e, a.b, true",
            "ANNOUNCE, REGISTERED, /r/asmp.yaml,       d, , /s/asmp.yaml,       e, a.b, true",
            "ANNOUNCE, REGISTERED, ,                    , , /s/asmp.yaml,       e, a.b, false",
            "ANNOUNCE, REGISTERED, ,                    , , /s/asmp.yaml,       e, x.y, true",
            "ANNOUNCE, STALE,      ,                    , , /s/asmp.yaml,       e, x.y, false",
            "ANNOUNCE, REGISTERED, ,                    , 0, /s/asmp.yaml,      e, x.y, false",
            "ANNOUNCE, REGISTERED, ,                    , 1, /s/asmp.yaml,      e, x.y, true",
            "REGISTER, REGISTERED, ,                    , , /s/asmp.yaml,       e, a.b, true",
            "REGISTER, STALE,      ,                    , , /s/asmp.yaml,       e, a.b, false"})
    void aSightingIsAnotherSources(Sync sync, Status status, @Nullable String source, @Nullable String digest,
            @Nullable String ends, String seen, String seenDigest, String provides, boolean another) {
        Entry old = entry(state(sync, status, 1, source, digest, end(ends)));
        Merge.Next next = new Merge.Next(mail(provides), Mods.NONE,
                state(Sync.SCAN, Status.REGISTERED, 2, seen, seenDigest, null), true);
        assertEquals(another, Takeover.isOne(old, next, MOMENT));
    }

    @ParameterizedTest
    @CsvSource({
            // sync of the entry, sync of the claim, its source, provides; another's?
            "SCAN,     ANNOUNCE, /r/asmp.yaml, d.e, true", "SCAN,     ANNOUNCE, /r/asmp.yaml, c.d, false",
            "REGISTER, ANNOUNCE, ,             d.e, true", "REGISTER, ANNOUNCE, ,             a.b, false",
            "SCAN,     REGISTER, ,             a.b, true", "ANNOUNCE, REGISTER, ,             a.b, true",
            "ANNOUNCE, REGISTER, /r/asmp.yaml, a.b, false", "REGISTER, REGISTER, ,             x.y, false",
            "SCAN,     FEDERATE, ,             x.y, false"})
    void aProgramsClaimIsAnotherSources(Sync old, Sync sync, @Nullable String source, String provides,
            boolean another) {
        Merge.Next next = new Merge.Next(mail(provides), Mods.NONE,
                state(sync, Status.REGISTERED, 2, source, null, null), true);
        assertEquals(another, Takeover.isOne(entry(state(old, Status.REGISTERED, 1, HERE, "d", null)), next, MOMENT));
    }

    @ParameterizedTest
    @CsvSource({
            // the entry: sync, status, source, digest, ends in; the sighting: digest, provides; hidden?
            "SCAN,     REGISTERED, ,             d,  , d, x.y, false",
            "ANNOUNCE, REGISTERED, /r/asmp.yaml, d,  , d, x.y, false",
            "ANNOUNCE, STALE,      ,             d,  , d, x.y, false",
            "ANNOUNCE, REGISTERED, ,             d, 0, d, x.y, false",
            "ANNOUNCE, REGISTERED, ,             d, 1, d, x.y, true",
            "ANNOUNCE, REGISTERED, ,             d,  , d, x.y, true",
            "ANNOUNCE, REGISTERED, ,             d,  , d, a.b, false",
            "ANNOUNCE, REGISTERED, ,             d,  , e, x.y, false",
            "ANNOUNCE, REGISTERED, ,              ,  , e, x.y, true",
            "ANNOUNCE, REGISTERED, ,              ,  , e, a.b, false",
            "REGISTER, REGISTERED, ,             d,  , d, a.b, true",
            "REGISTER, REGISTERED, ,             d,  , e, x.y, false",
            "REGISTER, REGISTERED, ,              ,  , e, a.b, false"})
    void aClaimHidesAFile(Sync sync, Status status, @Nullable String source, @Nullable String digest,
            @Nullable String ends, String seenDigest, String provides, boolean hidden) {
        Entry entry = entry(state(sync, status, 1, source, digest, end(ends)));
        assertEquals(hidden,
                Takeover.hides(entry, new Claim.Sighting(mail(provides), Path.of(THERE), seenDigest), NOW));
    }

    @ParameterizedTest
    @CsvSource({"SCAN, 6, /src/mail/asmp.yaml, true", "SCAN, 5, /src/mail/asmp.yaml, false",
            "SCAN, 6, /src/post/asmp.yaml, false", "SCAN, 6, , false", "ANNOUNCE, 6, /src/mail/asmp.yaml, false"})
    void aTakeoverIsOverWhenItsFileIsBackInALaterGeneration(Sync sync, long generation, @Nullable String source,
            boolean over) {
        Takeover takeover = new Takeover(entry(state(Sync.SCAN, Status.REGISTERED, 4, HERE, "d", null)), 5);
        assertEquals(over,
                takeover.isOverFor(entry(state(sync, Status.REGISTERED, generation, source, "e", null))));
    }

    @Test
    void onlyTheGenerationThatReplacedAServiceTellsWhatItReplaced() {
        Takeover takeover = new Takeover(entry(state(Sync.SCAN, Status.REGISTERED, 4, HERE, "d", null)), 5);
        Mapping told = takeover.replacedBy(entry(state(Sync.ANNOUNCE, Status.REGISTERED, 5, null, null, null)));
        assertEquals(Mapping.builder().put("source", HERE).put("generation", 4).build(), told);
        assertNull(takeover.replacedBy(entry(state(Sync.ANNOUNCE, Status.REGISTERED, 6, null, null, null))));
    }

    @Test
    void aTakeoverOfAProgramsClaimNamesNoSource() {
        Takeover takeover = new Takeover(entry(state(Sync.ANNOUNCE, Status.REGISTERED, 4, null, null, null)), 5);
        assertEquals("null", String.valueOf(takeover.summary().text("source")));
        assertEquals("4", takeover.summary().text("generation"));
    }
}
