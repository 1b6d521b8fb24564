package dev.asmp.faults;

import dev.asmp.faults.Engines.State;
import dev.asmp.faults.Engines.View;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** What engines were asked over a disk, and what they had answered when the power went off. */
abstract class Answers {
    private final List<String> told = new ArrayList<>();
    private final Map<String, Long> highest = new HashMap<>();
    private final Map<String, String> tombstones = new HashMap<>();
    final Engines.World world;
    Disk disk;
    Engines engines;
    private State acknowledged = State.EMPTY;
    private @Nullable Attempt attempt;
    private State whole = State.EMPTY;
    private boolean watched;
    private final Random fates = new Random(0);
    boolean refused;

    /** A change that was not answered: what it concerns, and what may have become of that. */
    record Attempt(Set<String> names, BiPredicate<View, View> mayBe, boolean byHand) {}

    interface Deed {
        void run() throws IOException;
    }

    Answers(Disk disk, Engines.World world, Engines engines) {
        this.disk = disk;
        this.world = world;
        this.engines = engines;
    }

    /** Goes on over what is there now. */
    void continueOver(Disk next, Engines opened) {
        disk = next;
        engines = opened;
        acknowledged = engines.state();
        if (attempt != null && attempt.byHand()) {
            highest.keySet().removeAll(attempt.names()); // a file that was deleted unseen took its generation with it
        }
        attempt = null;
        acknowledged.services().forEach((name, view) -> highest.merge(name, view.served(), Math::max));
        tombstones.keySet().removeIf(name -> !acknowledged.of(name).isEmpty());
        told.add("-- opened");
    }

    State acknowledged() {
        return acknowledged;
    }

    /** The change that the power cut interrupted, if there was one. */
    @Nullable
    Attempt attempt() {
        return attempt;
    }

    /** What the change that the power cut interrupted would have made of everything. */
    State whole() {
        return whole;
    }

    /** The generation that a name has reached; that of a proposal counts as long as it waits. */
    long highest(String name) {
        return Math.max(highest.getOrDefault(name, 0L), acknowledged.of(name).generation());
    }

    /** By name the digest of the source that must stay away. */
    Map<String, String> tombstones() {
        return tombstones;
    }

    List<String> told() {
        return told;
    }

    Engines engines() {
        return engines;
    }

    /** Whether the last change was refused, and said so. */
    boolean wasRefused() {
        return refused;
    }

    final void attempt(String what, Set<String> names, BiPredicate<View, View> mayBe, Deed deed) throws IOException {
        attempt(what, new Attempt(names, mayBe, false), deed);
    }

    /** Lets the next change be looked at as if the power had gone before each single call of it. */
    void watchNext() {
        watched = true;
    }

    private void checkMoments() throws IOException {
        for (Disk moment : disk.takeMoments()) {
            Survival.Mode some = fates.nextBoolean() ? Survival.Mode.NOTHING : Survival.Mode.ANY;
            for (Survival.Mode mode : List.of(Survival.Mode.EVERYTHING, some)) {
                Recovery.check(moment.afterCut(mode, fates), world, this);
            }
        }
        watched = false;
    }

    /** Does it again over a disk whose power stays on. */
    private State withoutCut(Disk before, Deed deed) throws IOException {
        Engines cut = engines;
        try (Engines twin = new Engines(before, world)) {
            engines = twin;
            deed.run();
            return twin.state();
        } catch (RefusedException | InvalidDocumentException _) {
            return acknowledged;
        } finally {
            engines = cut;
        }
    }

    final void attempt(String what, Attempt next, Deed deed) throws IOException {
        told.add(what);
        attempt = next;
        refused = false;
        Disk before = disk.copy();
        if (watched) {
            disk.keepMoments();
        }
        try {
            deed.run();
        } catch (RefusedException | InvalidDocumentException | PowerCut e) {
            refused = true;
            told.add("   refused: " + e.getMessage());
        }
        if (disk.isOff()) {
            told.add("   the power went off");
            disk.takeMoments();
            whole = next.byHand() ? acknowledged : withoutCut(before, deed);
            return;
        }
        try {
            whole = disk.withoutFault(engines::state);
            if (!next.byHand()) {
                checkMoments();
            }
            acknowledged = whole;
        } catch (RefusedException e) {
            if (disk.isOff()) {
                return; // one of the engines had something to do between two changes
            }
            throw e;
        }
        attempt = null;
        acknowledged.services().forEach((name, view) -> {
            highest.merge(name, view.served(), Math::max);
            tombstones.remove(name);
        });
    }
}
