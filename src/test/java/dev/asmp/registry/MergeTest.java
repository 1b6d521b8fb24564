package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.asmp.Manifests;
import dev.asmp.document.FileStamp;
import dev.asmp.manifest.Claim;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rule of merging, as a table. */
class MergeTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final Moment MOMENT = new Moment(NOW, NOW);
    private static final Instant EARLIER = NOW.minusSeconds(60);
    private static final String HERE = "/src/mail/asmp.yaml";
    private static final String THERE = "/src/post/asmp.yaml";

    /** An entry at generation 5 that says version 1. */
    private static Entry entry(Sync sync, Status status, @Nullable String source, @Nullable String digest,
            @Nullable Instant expires) {
        FileStamp stamp = new FileStamp(1, FileTime.from(EARLIER), FileTime.from(EARLIER), null);
        return new Entry(Manifests.of("mail", "1"), Mods.NONE,
                new EntryState(sync, status, 5, EARLIER, source, digest, expires), "box",
                stamp);
    }

    static Stream<Arguments> sightings() {
        Entry scanned = entry(Sync.SCAN, Status.REGISTERED, HERE, "one", null);
        Entry stale = entry(Sync.SCAN, Status.STALE, HERE, "one", null);
        Entry announced = entry(Sync.ANNOUNCE, Status.REGISTERED, null, null, null);
        Entry announcedOver = entry(Sync.ANNOUNCE, Status.REGISTERED, HERE, "one", null);
        Entry leased = entry(Sync.ANNOUNCE, Status.REGISTERED, HERE, "one", NOW.plusSeconds(1));
        Entry expired = entry(Sync.ANNOUNCE, Status.REGISTERED, HERE, "one", NOW);
        Entry handMade = entry(Sync.REGISTER, Status.REGISTERED, null, null, null);
        return Stream.of(
                // what is there, seen where, digest, version → sync, version, generation, source; null: nothing to do
                row("a first sighting registers", null, HERE, "one", "1", "scan 1 1 " + HERE),
                row("the same again changes nothing", scanned, HERE, "one", "1", null),
                row("other content is a new generation", scanned, HERE, "two", "2", "scan 2 6 " + HERE),
                row("other bytes that say the same are not", scanned, HERE, "two", "1", "scan 1 5 " + HERE),
                row("a stale one is back", stale, HERE, "one", "1", "scan 1 6 " + HERE),
                row("one that moved is a new generation", scanned, THERE, "one", "1", "scan 1 6 " + THERE),
                row("an announce stands against a first sighting", announced, HERE, "two", "2",
                        "announce 1 5 " + HERE),
                row("an announce stands while the file is unchanged", announcedOver, HERE, "one", "2", null),
                row("a changed file wins over an announce", announcedOver, HERE, "two", "2", "scan 2 6 " + HERE),
                row("an announce with time left stands", leased, HERE, "one", "2", null),
                row("one whose time has passed gives way to the file", expired, HERE, "one", "2", "scan 2 6 " + HERE),
                row("a hand-made entry stands against a first sighting", handMade, HERE, "two", "2",
                        "register 1 5 " + HERE));
    }

    private static Arguments row(String rule, @Nullable Entry entry, String source, String digest, String version,
            @Nullable String expected) {
        return Arguments.of(rule, entry, source, digest, version, expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sightings")
    void aSighting(String rule, @Nullable Entry entry, String source, String digest, String version,
            @Nullable String expected) {
        Merge.Next next = Merge.sight(entry,
                new Claim.Sighting(Manifests.of("mail", version), Path.of(source), digest), entry == null ? 0 : 5,
                MOMENT);
        if (expected == null) {
            assertNull(next, rule);
        } else {
            assertNotNull(next, rule);
            assertEquals(expected, next.state().sync().word() + " " + next.manifest().document().text("version") + " "
                    + next.state().generation() + " " + next.state().source());
            assertEquals(digest, next.state().sourceDigest());
            assertEquals(Status.REGISTERED, next.state().status());
        }
    }

    static Stream<Arguments> announces() {
        return Stream.of(
                Arguments.of("the first one is generation 1", null, null, "announce 1 null null"),
                Arguments.of("each one is a new generation, whatever it says",
                        entry(Sync.ANNOUNCE, Status.REGISTERED, null, null, null), null, "announce 6 null null"),
                Arguments.of("the source of a scanned entry is kept",
                        entry(Sync.SCAN, Status.REGISTERED, HERE, "one", null), null,
                        "announce 6 " + HERE + " null"),
                Arguments.of("a time to live ends at its moment", null, Duration.ofMinutes(5),
                        "announce 1 null 2026-11-20T10:05:00Z"),
                Arguments.of("one without takes an old end away",
                        entry(Sync.ANNOUNCE, Status.STALE, null, null, EARLIER), null, "announce 6 null null"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("announces")
    void anAnnounce(String rule, @Nullable Entry entry, @Nullable Duration ttl, String expected) {
        EntryState state = Merge.announce(entry, new Claim.Announcement(Manifests.of("mail", "1"), ttl),
                entry == null ? 0 : 5, MOMENT).state();
        assertEquals(expected, state.sync().word() + " " + state.generation() + " " + state.source() + " "
                + state.expires(), rule);
        assertEquals(Status.REGISTERED, state.status());
        assertEquals(NOW, state.lastSeen());
    }

    static Stream<Arguments> absences() {
        Entry scanned = entry(Sync.SCAN, Status.REGISTERED, HERE, "one", null);
        Entry announced = entry(Sync.ANNOUNCE, Status.REGISTERED, HERE, "one", null);
        Duration quarter = Duration.ofMinutes(15);
        return Stream.of(Arguments.of("gone is stale at once", scanned, true, NOW, true),
                Arguments.of("who cannot tell waits", scanned, false, NOW.minus(quarter).plusSeconds(1), false),
                Arguments.of("but not for ever", scanned, false, NOW.minus(quarter), true),
                Arguments.of("an announce does not go stale with its file", announced, true, EARLIER, false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("absences")
    void anAbsence(String rule, Entry entry, boolean gone, Instant lastSeen, boolean stale) {
        assertEquals(stale, Staleness.isStale(entry, gone, lastSeen, Duration.ofMinutes(15), NOW), rule);
    }

    private static EntryState next(Merge.@Nullable Next next) {
        assertNotNull(next);
        return next.state();
    }

    @Test
    void anAnnouncementSaysSomethingNewWhenItsContentIsNewOrItWasStale() {
        Entry known = entry(Sync.ANNOUNCE, Status.REGISTERED, null, null, null);
        Entry stale = entry(Sync.ANNOUNCE, Status.STALE, null, null, null);
        Claim.Announcement same = new Claim.Announcement(Manifests.of("mail", "1"), null);
        Claim.Announcement other = new Claim.Announcement(Manifests.of("mail", "2"), null);
        assertEquals(List.of(true, false, true, true), Stream.of(Merge.announce(null, same, 0, MOMENT),
                Merge.announce(known, same, 5, MOMENT), Merge.announce(known, other, 5, MOMENT),
                Merge.announce(stale, same, 5, MOMENT)).map(Merge.Next::saysSomethingNew).toList());
    }

    @Test
    void anAnnouncementOfAnotherServiceKeepsTheDigestAndNotTheSource() {
        EntryState state = Merge.announce(entry(Sync.SCAN, Status.REGISTERED, HERE, "one", null),
                new Claim.Announcement(Manifests.of("mail", "1", "x.y"), null), 5, MOMENT).state();
        assertNull(state.source());
        assertEquals("one", state.sourceDigest());
    }

    @Test
    void aRegistrationIsANewGenerationUnlessItSaysTheSame() {
        EntryState first = next(Merge.register(null, Manifests.of("mail", "1"), 7, NOW));
        assertEquals(new EntryState(Sync.REGISTER, Status.REGISTERED, 8, NOW, null, null, null), first);
        Entry registered = entry(Sync.REGISTER, Status.REGISTERED, HERE, "one", null);
        assertNull(Merge.register(registered, Manifests.of("mail", "1"), 5, NOW));
        assertEquals(new EntryState(Sync.REGISTER, Status.REGISTERED, 6, NOW, HERE, "one", null),
                next(Merge.register(registered, Manifests.of("mail", "2"), 5, NOW)));
        assertEquals(6, next(Merge.register(entry(Sync.REGISTER, Status.STALE, HERE, "one", null),
                Manifests.of("mail", "1"), 5, NOW)).generation());
        assertEquals(new EntryState(Sync.REGISTER, Status.REGISTERED, 6, NOW, null, "one", null),
                next(Merge.register(entry(Sync.ANNOUNCE, Status.REGISTERED, HERE, "one", null),
                        Manifests.of("mail", "1"), 5, NOW)));
    }

    @Test
    void aPatchedAnnouncementStillExpiresAndAnythingElseIsRegistered() {
        Entry leased = entry(Sync.ANNOUNCE, Status.STALE, HERE, "one", NOW);
        assertEquals(new EntryState(Sync.ANNOUNCE, Status.REGISTERED, 6, NOW, HERE, "one", NOW),
                next(Merge.patch(leased, Manifests.of("mail", "2"), 5, NOW)));
        Entry scanned = entry(Sync.SCAN, Status.REGISTERED, HERE, "one", NOW);
        assertEquals(new EntryState(Sync.REGISTER, Status.REGISTERED, 6, NOW, HERE, "one", null),
                next(Merge.patch(scanned, Manifests.of("mail", "2"), 5, NOW)));
        assertNull(Merge.patch(scanned, Manifests.of("mail", "1"), 5, NOW));
    }

    @Test
    void modsAndStalenessAreNewGenerationsOfTheSame() {
        Entry scanned = entry(Sync.SCAN, Status.REGISTERED, HERE, "one", null);
        assertEquals(scanned.state().withGeneration(6), Merge.mods(scanned, Mods.NONE, 5).state());
        assertEquals(new EntryState(Sync.SCAN, Status.STALE, 6, NOW, HERE, "one", null),
                Merge.stale(scanned, NOW, 5).state());
    }

    @ParameterizedTest
    @CsvSource({
            // approved: time to live, end, has a file, stale; claimed time to live; end and time to live from here on
            ", , false, false, 5, , ", ", , true, false, 5, , ", "9, 9, false, false, 5, 9, 9",
            "9, 5, false, false, 7, 7, 9", "9, 5, false, false, 3, 5, 9", "9, 5, false, false, 9, 9, 9",
            "9, 5, false, false, 12, 9, 9", "9, 5, true, false, , 9, 9", "9, -1, false, true, 5, 5, 9",
            "9, -1, false, true, , 9, 9", ", 5, false, false, 9, 9, 9", ", 5, false, false, , 5, ",
            ", , true, true, 5, 5, 5"})
    void anApprovedLifeIsRenewedAndNotChanged(@Nullable Integer ttl, @Nullable Integer end, boolean file,
            boolean stale, @Nullable Integer claimed, @Nullable Integer renewed, @Nullable Integer kept) {
        EntryState approved = entry(end == null && stale ? Sync.SCAN : Sync.ANNOUNCE,
                stale ? Status.STALE : Status.REGISTERED, file ? HERE : null, "one", null).state()
                .living(seconds(ttl), in(end));
        Entry entry = new Entry(Manifests.of("mail", "1"), Mods.NONE, approved, "box", FileStamp.UNKNOWN);
        EntryState next = Merge.approved(approved, announce(entry, seconds(claimed)).state(), NOW);
        assertEquals(in(renewed), next.expires());
        assertEquals(seconds(kept), next.ttl());
        assertEquals(Status.REGISTERED, Merge.renewed(entry, in(renewed)).state().status());
    }

    @Test
    void whatAFileSaysLivesAsLongAsTheFileWhoeverAnnouncesIt() {
        EntryState scanned = entry(Sync.SCAN, Status.REGISTERED, HERE, "one", null).state();
        for (Integer ttl : Arrays.asList(5, null)) {
            EntryState claimed = announce(entry(Sync.SCAN, Status.REGISTERED, HERE, "one", null), seconds(ttl)).state();
            assertEquals(scanned.withGeneration(6), Merge.approved(scanned, claimed, NOW));
        }
    }

    private static Merge.Next announce(Entry entry, @Nullable Duration ttl) {
        return Merge.announce(entry, new Claim.Announcement(Manifests.of("mail", "1"), ttl), 5, new Moment(NOW, NOW));
    }

    private static @Nullable Duration seconds(@Nullable Integer seconds) {
        return seconds == null ? null : Duration.ofSeconds(seconds);
    }

    private static @Nullable Instant in(@Nullable Integer seconds) {
        return seconds == null ? null : NOW.plusSeconds(seconds);
    }
}
