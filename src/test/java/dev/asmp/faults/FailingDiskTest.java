package dev.asmp.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asmp.Manifests;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.faults.Engines.State;
import dev.asmp.manifest.Claim;
import dev.asmp.vm.VmRegistration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * While calls to the disk fail, memory says what the disk says, and what was refused changed nothing; when they no longer
 * fail, everything works again without a restart.
 */
class FailingDiskTest {
    private static final int HISTORIES = Integer.getInteger("asmp.histories", 50);
    private static final long FIRST = Long.getLong("asmp.seed", 0);

    @Test
    void memoryAndDiskAgreeWhateverFails() {
        for (long seed = FIRST; seed < FIRST + HISTORIES; seed++) {
            runOf(seed);
        }
    }

    @Test
    void aRemovalThatIsDoneAndCannotBeForcedShowsAlsoWhereTheDiskNoLongerAnswers() {
        runOf(8374);
    }

    private static void runOf(long seed) {
        Run run = new Run(seed);
        try {
            run.run();
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e + "\n" + String.join("\n", run.history.told()) + "\n"
                    + String.join("\n", run.disk.trace().reversed().stream().limit(25).toList()), e);
        }
    }

    static final class Run {
        /** After these it is not certain what lasts, or part of a change was done: memory then says what can be seen. */
        private static final Set<Disk.Call> UNCERTAIN = Set.of(Disk.Call.FORCE_FOLDER, Disk.Call.DELETE,
                Disk.Call.TRUNCATE);

        private final Random random;
        private final Engines.World world = new Engines.World();
        Disk disk;
        History history;

        Run(long seed) {
            random = new Random(seed);
        }

        void run() throws IOException {
            disk = Engines.emptyDisk(new Disk(Set.of()));
            history = new History(random, world, disk, new Engines(disk, world));
            for (int i = random.nextInt(12); i > 0; i--) {
                history.step();
            }
            DiskFault fault = DiskFault.any(random);
            history.told().add("-- from here " + fault);
            disk.failBy(fault);
            boolean torn = false; // a record that was refused could not be cut off, before the next one is written
            for (int i = 0; i < 8; i++) {
                State before = history.acknowledged();
                history.change();
                Set<Disk.Call> failed = fault.takeFailed();
                history.told().add("   failed: " + failed);
                if (history.wasRefused() && failed.stream().noneMatch(UNCERTAIN::contains)) {
                    assertUnchanged(before, history.acknowledged());
                }
                torn |= failed.contains(Disk.Call.TRUNCATE);
                agree(torn);
            }
            heal();
            for (Survival.Mode mode : List.of(Survival.Mode.NOTHING, Survival.Mode.ANY)) {
                Recovery.check(disk.afterCut(mode, random), world, history);
            }
            history.engines().close();
        }

        /** A proposal may be before the owner although the renewal of its service, which is another file, failed. */
        private static void assertUnchanged(State before, State now) {
            History.NAMES.forEach(name -> assertEquals(before.of(name).service(), now.of(name).service()));
            assertEquals(before.notes(), now.notes());
            assertEquals(before.vms(), now.vms());
            assertEquals(before.order(), now.order());
        }

        /** Whether a process that starts now knows what this one knows. */
        private void agree(boolean torn) throws IOException {
            try (Engines restarted = new Engines(disk.copy(), world)) {
                State found = restarted.state();
                State memory = history.acknowledged();
                for (String name : History.NAMES) {
                    if (!found.of(name).holds(memory.of(name))) {
                        throw new AssertionError("memory says\n  " + memory.of(name) + "\nand the disk\n  "
                                + found.of(name));
                    }
                }
                if (torn) {
                    return;
                }
                assertEquals(memory.replaced(), found.replaced());
                assertEquals(memory.notes(), found.notes());
                assertEquals(memory.vms(), found.vms());
                assertEquals(memory.order(), found.order());
            }
        }

        private void heal() throws IOException {
            disk.failBy((_, _) -> {});
            history.told().add("-- healed");
            world.requireApproval(false);
            Engines engines = history.engines();
            for (String name : History.NAMES) {
                engines.registry.announce(new Claim.Announcement(Manifests.of(name, "healed"), null));
            }
            engines.vms.remove("vm-1");
            engines.vms
                    .register(VmRegistration.of(Json.read(("{\"id\": \"vm-1\", \"name\": \"n\", \"role\": \"worker\","
                            + " \"address\": \"a\", \"registeredBy\": \"test\"}").getBytes(StandardCharsets.UTF_8))));
            engines.notes.add(Mapping.builder().put("name", "healed").build());
            history.continueOver(disk, engines);
        }
    }
}
