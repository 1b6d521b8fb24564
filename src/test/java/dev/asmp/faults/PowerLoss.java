package dev.asmp.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * One history with power cuts. After each cut the engines are opened over several disks that may be left, and each must know
 * what was acknowledged.
 */
final class PowerLoss {
    private static final int CUTS = 2;

    private final Random random;
    private final Engines.World world = new Engines.World();
    private final Set<Disk.Defect> defects;
    private Disk disk;
    private History history;

    private PowerLoss(long seed, Set<Disk.Defect> defects) {
        random = new Random(seed);
        this.defects = defects;
    }

    /** Runs a history; throws an error that tells it when something acknowledged is lost. */
    static void run(long seed, Set<Disk.Defect> defects) {
        PowerLoss run = new PowerLoss(seed, defects);
        try {
            run.run();
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e + "\n" + String.join("\n", run.told()), e);
        }
    }

    private List<String> told() {
        List<String> told = new ArrayList<>(history == null ? List.of() : history.told());
        told.add("the disk's last changes: ");
        told.addAll(disk.trace().reversed().stream().limit(25).toList());
        return told;
    }

    private void run() throws IOException {
        disk = Engines.emptyDisk(new Disk(defects));
        history = new History(random, world, disk, new Engines(disk, world));
        for (int i = 0; i < CUTS; i++) {
            live();
            history.engines().close();
            for (Survival.Mode mode : List.of(Survival.Mode.NOTHING, Survival.Mode.ANY, anyMode())) {
                Recovery.check(disk.afterCut(mode, random), world, history);
            }
            reopen();
        }
        history.engines().close();
    }

    private Survival.Mode anyMode() {
        List<Survival.Mode> modes = List.of(Survival.Mode.values());
        return modes.get(random.nextInt(modes.size()));
    }

    /** Does things until the power goes, at the latest after an orderly stop. */
    private void live() throws IOException {
        disk.cutAfter(1 + random.nextInt(120));
        for (int steps = 5 + random.nextInt(25); steps > 0 && !disk.isOff(); steps--) {
            if (random.nextInt(40) == 0) {
                history.watchNext();
            }
            history.step();
        }
        if (!disk.isOff()) {
            history.engines().close();
            disk.cutNow();
        }
    }

    /** Goes on over what one cut left, perhaps after another cut while it was being opened. */
    private void reopen() throws IOException {
        disk = disk.afterCut(anyMode(), random);
        if (random.nextBoolean()) {
            disk.cutAfter(random.nextInt(8));
            try (Engines _ = new Engines(disk, world)) {
                disk.cutNow();
            } catch (PowerCut e) {
                history.told().add("-- cut while opening");
            }
            disk = disk.afterCut(anyMode(), random);
        }
        Engines engines = new Engines(disk, world);
        history.continueOver(disk, engines);
    }
}
