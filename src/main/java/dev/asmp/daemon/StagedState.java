package dev.asmp.daemon;

import dev.asmp.document.ByteBudget;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.registry.Registry;
import dev.asmp.registry.RegistryBudgets;
import dev.asmp.registry.RegistryClock;
import dev.asmp.vm.EmbeddedVmStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The trial of an imported state: opens it as a daemon would, and refuses what a daemon would leave out. */
final class StagedState {
    private StagedState() {}

    /** Returns the number of services; a {@link StartFailure} says what cannot be used. */
    static int open(Path staged, Environment environment) throws IOException, StartFailure {
        HostProfile profile = HostProfile.defaults(environment);
        List<String> problems = new ArrayList<>();
        ByteBudget queue = new ByteBudget(MemoryBudgets.QUEUES.bytes());
        Path folder = staged.resolve("services");
        RegistryClock clock = new RegistryClock(InstantSource.system(), System::nanoTime);
        int services;
        try (Registry registry = new Registry(folder, staged, clock, () -> profile,
                new RegistryBudgets(MemoryBudgets.INDEX.bytes(), MemoryBudgets.NAMES.bytes(), queue), _ -> {},
                problems::add)) {
            services = registry.catalog().size();
        }
        int files = 0;
        if (Files.isDirectory(folder)) {
            try (Stream<Path> written = Files.list(folder)) {
                files = (int) written.filter(file -> file.toString().endsWith(".asmp.yaml")).count();
            }
        }
        if (services < files) {
            throw new StartFailure((problems.isEmpty() ? "some services cannot be read" : problems.getFirst())
                    .replace(staged + "/", "") + "; nothing was changed");
        }
        List<String> damage = new ArrayList<>();
        try (EmbeddedVmStore _ = new EmbeddedVmStore(staged.resolve(EmbeddedVmStore.FILE), InstantSource.system(),
                System::nanoTime, queue, MemoryBudgets.VMS.bytes(), damage::add)) {
            if (!damage.isEmpty()) {
                throw new StartFailure(damage.getFirst().replace(staged + "/", "") + "; nothing was changed");
            }
            return services;
        }
    }
}
