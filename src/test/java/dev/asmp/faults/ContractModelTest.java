package dev.asmp.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.faults.ContractModel.Content;
import dev.asmp.faults.ContractModel.From;
import dev.asmp.faults.ContractModel.Said;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Mod;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Precondition;
import dev.asmp.registry.Proposal;
import dev.asmp.registry.Registry;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Random sequences of operations leave the registry as the {@link ContractModel} says; a sequence that does not is made as
 * short as it can be. An operation is a value and needs nothing but the ones before it, so leaving out one after the other is
 * all the shrinking that is needed, and no library for it.
 */
class ContractModelTest {
    private static final int SEQUENCES = Integer.getInteger("asmp.histories", 100);
    private static final long FIRST = Long.getLong("asmp.seed", 0);
    private static final List<String> NAMES = List.of("mail", "fax");

    enum Kind {
        ANNOUNCE, LEASE, SCAN, GONE, EDIT, RM, DELETE, APPROVE, REJECT, PATCH, ATTACH, DETACH, ASK, ADMIT, LATER, BACK, AHEAD, RESTART
    }

    /** One operation on a name, and what it says there. */
    record Op(Kind kind, String name, String said) {
        static Op any(Random random) {
            List<Kind> kinds = List.of(Kind.values());
            return new Op(kinds.get(random.nextInt(kinds.size())), NAMES.get(random.nextInt(NAMES.size())),
                    "v" + random.nextInt(3));
        }
    }

    @Test
    void theRegistryKeepsItsContract() {
        for (long seed = FIRST; seed < FIRST + SEQUENCES; seed++) {
            List<Op> ops = sequence(seed);
            if (failure(ops, _ -> true) != null) {
                List<Op> shortest = shrunk(ops, _ -> true);
                throw new AssertionError("seed " + seed + ": " + shortest + "\n" + failure(shortest, _ -> true));
            }
        }
    }

    @Test
    void aScanThatFindsNothingNewLeavesWhatWaits() {
        assertNull(failure(sequence(7558), _ -> true));
    }

    @Test
    void aBrokenRuleIsFoundAndShownInAsFewOperationsAsItTakes() {
        Predicate<Op> told = op -> op.kind() != Kind.DETACH; // a model that does not know of detaching
        List<Op> ops = Stream.iterate(0L, seed -> seed + 1).map(ContractModelTest::sequence)
                .filter(sequence -> failure(sequence, told) != null).findFirst().orElseThrow();
        List<Kind> kinds = shrunk(ops, told).stream().map(Op::kind).toList();
        assertEquals(3, kinds.size(), kinds::toString);
        assertEquals(List.of(Kind.ATTACH, Kind.DETACH), kinds.subList(1, 3));
    }

    private static List<Op> sequence(long seed) {
        Random random = new Random(seed);
        return Stream.generate(() -> Op.any(random)).limit(40).toList();
    }

    /** Leaves out operations as long as it still fails. */
    private static List<Op> shrunk(List<Op> ops, Predicate<Op> told) {
        List<Op> shortest = new ArrayList<>(ops);
        for (int i = 0; i < shortest.size();) {
            Op left = shortest.remove(i);
            if (failure(shortest, told) == null) {
                shortest.add(i++, left);
            } else {
                i = 0;
            }
        }
        return shortest;
    }

    /** What is not as the model says, or null; the model is told of some operations only. */
    private static String failure(List<Op> ops, Predicate<Op> told) {
        try (Run run = new Run()) {
            for (Op op : ops) {
                run.apply(op, told.test(op));
            }
            return null;
        } catch (AssertionError e) {
            return e.getMessage();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static final class Run implements AutoCloseable {
        private final Engines.World world = new Engines.World();
        private final ContractModel model = new ContractModel(world.clock.instant());
        private final Disk disk = Engines.emptyDisk(new Disk(Set.of()));
        private final Map<String, Long> generations = new HashMap<>();
        private Registry registry = opened();

        Run() throws IOException {}

        private Registry opened() throws IOException {
            Path home = disk.files().getPath("/home/asmp");
            return Registries.open(home, world.clock, world::profile, _ -> {}, _ -> {});
        }

        void apply(Op op, boolean told) throws IOException {
            try {
                ask(op);
            } catch (RefusedException e) {
                assertTrue(e.reason() != RefusedException.Reason.UNAVAILABLE, e.getMessage());
            }
            if (told) {
                model.apply(op);
            }
            NAMES.forEach(this::compare);
        }

        private void ask(Op op) throws IOException {
            String name = op.name();
            switch (op.kind()) {
                case ANNOUNCE -> registry.announce(new Claim.Announcement(manifest(op), null));
                case LEASE -> registry.announce(new Claim.Announcement(manifest(op), Duration.ofMinutes(5)));
                case SCAN -> registry.sight(List.of(new Claim.Sighting(manifest(op), registry.pathOf(name),
                        "digest of " + op.said())));
                case GONE -> markStale(registry.catalog().entries().stream().filter(entry -> entry.name().equals(name)
                        && entry.state().sync().word().equals("scan")).toList());
                case EDIT -> {
                    Files.writeString(registry.pathOf(name), Manifests.yaml(name, op.said(), name + ".use", op.said()));
                    registry.reload();
                }
                case RM -> {
                    Files.deleteIfExists(registry.pathOf(name));
                    registry.reload();
                }
                case DELETE -> registry.remove(name, Precondition.NONE, true);
                case APPROVE -> {
                    Proposal proposal = registry.catalog().proposal(name);
                    registry.approve(name, proposal == null ? "" : proposal.digest());
                }
                case REJECT -> {
                    Proposal proposal = registry.catalog().proposal(name);
                    registry.reject(name, proposal == null ? "" : proposal.digest(), null);
                }
                case PATCH -> registry.patch(name, json("{'owner': '" + op.said() + "'}"), Precondition.NONE);
                case ATTACH -> registry.attach(name, Mod.of(json("{'name': 'mod', 'note': '" + op.said()
                        + "', 'capabilities': {'provides': ['more']}}")));
                case DETACH -> registry.detach(name, "mod");
                case ASK -> world.requireApproval(true);
                case ADMIT -> world.requireApproval(false);
                case LATER -> pass(Duration.ofMinutes(3));
                case BACK -> jump(Duration.ofHours(-2));
                case AHEAD -> jump(Duration.ofDays(1));
                case RESTART -> {
                    registry.close();
                    registry = opened();
                }
            }
        }

        private static Manifest manifest(Op op) {
            return Manifests.of(op.name(), op.said(), op.name() + ".use", op.said());
        }

        private static Mapping json(String text) {
            return (Mapping) Json.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        }

        /** Sets the wall clock, lets expire what has expired, and puts it right again. */
        private void jump(Duration distance) {
            world.clock.jump(distance);
            pass(Duration.ZERO);
            world.clock.jump(distance.negated());
        }

        private void pass(Duration time) {
            world.pass(time);
            markStale(registry.expired());
        }

        private void markStale(List<Entry> entries) {
            registry.markStale(entries);
        }

        private void compare(String name) {
            ContractModel.Name expected = model.of(name);
            Entry entry = registry.catalog().find(name);
            Proposal proposal = registry.catalog().proposal(name);
            assertEquals(shown(expected.service()), entry == null ? null : shown(said(entry)), name);
            assertEquals(expected.waiting() == null ? null : expected.waiting().content(),
                    proposal == null ? null : said(proposal.entry()).content(), name + " waiting");
            assertEquals(expected.rejected(), proposal != null && !proposal.isPending(), name + " rejected");
            if (entry != null) {
                long generation = entry.state().generation();
                assertTrue(generation >= generations.getOrDefault(name, 0L), name + " went back to " + generation);
                generations.put(name, generation);
            }
        }

        /** What can be seen from outside; the digest and the end of a lease show later. */
        private static Said shown(Said said) {
            return said == null ? null : new Said(said.content(), said.from(), said.stale(), null, null);
        }

        private static Said said(Entry entry) {
            Mapping all = (Mapping) Json.read(entry.json(Instant.EPOCH, "}".getBytes(StandardCharsets.US_ASCII)));
            String mod = all.list("mods").stream().map(item -> ((Mapping) item).text("note")).findFirst().orElse(null);
            return new Said(new Content(all.text("version"), all.text("owner"), mod),
                    From.valueOf(entry.state().sync().name()), entry.isStale(), null, null);
        }

        @Override
        public void close() {
            registry.close();
        }
    }
}
