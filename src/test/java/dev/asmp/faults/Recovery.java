package dev.asmp.faults;

import dev.asmp.Manifests;
import dev.asmp.faults.Engines.Known;
import dev.asmp.faults.Engines.State;
import dev.asmp.faults.Engines.View;
import dev.asmp.manifest.Claim;
import dev.asmp.registry.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares what engines know that were opened over what is left of a disk with what a history had been answered. */
final class Recovery {
    private final Answers history;

    private Recovery(Answers history) {
        this.history = history;
    }

    /** Opens the engines and checks them; changes what they know, so the disk is of no use afterwards. */
    static void check(Disk left, Engines.World world, Answers history) throws IOException {
        boolean approval = world.profile().policy().requiresApproval();
        Recovery recovery = new Recovery(history);
        try (Engines engines = new Engines(left, world)) {
            State found = engines.state();
            recovery.checkServices(found);
            recovery.checkRest(found);
            world.requireApproval(false);
            recovery.probe(engines);
        } finally {
            world.requireApproval(approval);
        }
    }

    private void checkServices(State found) {
        Set<String> names = new HashSet<>(History.NAMES);
        names.addAll(found.services().keySet());
        for (String name : names) {
            View before = history.acknowledged().of(name);
            View now = found.of(name);
            Answers.Attempt attempt = history.attempt();
            boolean mayDiffer = attempt != null && attempt.names().contains(name)
                    && attempt.mayBe().test(before, now)
                    && (attempt.byHand() || (isWhole(name, now.service()) && isWhole(name, now.proposal())));
            if (!now.holds(before) && !mayDiffer) {
                throw new AssertionError(name + " was acknowledged as\n  " + before + "\nand is\n  " + now);
            }
        }
    }

    /** Whether a content is one from before the change that was interrupted, or one from after it, and not a part of it. */
    private boolean isWhole(String name, @Nullable Known known) {
        return known == null || Stream.of(history.acknowledged(), history.whole()).map(state -> state.of(name))
                .flatMap(view -> Stream.of(view.service(), view.proposal()))
                .anyMatch(said -> said != null && said.content().equals(known.content()));
    }

    private void checkRest(State found) {
        State before = history.acknowledged();
        Answers.Attempt attempt = history.attempt();
        List<String> notes = new ArrayList<>(found.notes());
        notes.removeIf(note -> attempt != null && attempt.names().contains(note.substring(0, note.length() - 1)));
        if (!notes.equals(before.notes())) {
            throw new AssertionError("notes " + before.notes() + " became " + found.notes());
        }
        Set<String> ids = new HashSet<>(before.order());
        ids.addAll(found.order());
        for (String id : ids) {
            String text = found.vms().get(id);
            boolean mayDiffer = attempt != null && attempt.names().contains(id)
                    && String.valueOf(text).equals(String.valueOf(history.whole().vms().get(id)));
            if (!mayDiffer && !String.valueOf(text).equals(String.valueOf(before.vms().get(id)))) {
                throw new AssertionError("VM " + id + " was\n  " + before.vms().get(id) + "\nand is\n  " + text);
            }
        }
        List<String> order = new ArrayList<>(before.order());
        List<String> now = new ArrayList<>(found.order());
        if (attempt != null) {
            order.removeAll(attempt.names());
            now.removeAll(attempt.names());
        }
        if (!order.equals(now)) {
            throw new AssertionError("order of registration " + before.order() + " became " + found.order());
        }
    }

    /** Asks what cannot be seen: whether what was removed stays away, and whether generations go on. */
    private void probe(Engines engines) {
        Answers.Attempt attempt = history.attempt();
        history.tombstones().forEach((name, digest) -> {
            boolean open = attempt != null && attempt.names().contains(name);
            var sighting = new Claim.Sighting(Manifests.of(name, "back"), engines.home.resolve("src").resolve(name),
                    digest);
            if (!open && !engines.registry.sight(List.of(sighting)).accepted().isEmpty()) {
                throw new AssertionError(name + " was removed, and a scan brings it back");
            }
        });
        for (String name : History.NAMES) {
            boolean open = attempt != null && attempt.byHand() && attempt.names().contains(name);
            Entry entry = (Entry) engines.registry.announce(new Claim.Announcement(Manifests.of(name, "probe"), null));
            if (!open && entry.state().generation() <= history.highest(name)) {
                throw new AssertionError(name + " had reached generation " + history.highest(name)
                        + ", and the next is " + entry.state().generation());
            }
        }
    }
}
