package dev.asmp;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.HostProfile;
import dev.asmp.registry.Discoveries;
import dev.asmp.registry.EntryChange;
import dev.asmp.registry.Registry;
import dev.asmp.registry.RegistryBudgets;
import dev.asmp.registry.RegistryClock;
import dev.asmp.store.AppendLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Registries for tests that do not reach any budget. */
public final class Registries {
    public static final long PLENTY = 1L << 40;

    private Registries() {}

    public static ByteBudget queue() {
        return new ByteBudget(PLENTY);
    }

    public static RegistryBudgets budgets() {
        return new RegistryBudgets(PLENTY, PLENTY, queue());
    }

    /** A registry over a state folder. */
    public static Registry open(Path home, TestClock clock, Supplier<HostProfile> profile,
            Consumer<EntryChange> listener,
            Consumer<String> warnings) throws IOException {
        return open(home, clock, profile, budgets(), listener, warnings);
    }

    public static Registry open(Path home, TestClock clock, Supplier<HostProfile> profile, RegistryBudgets budgets,
            Consumer<EntryChange> listener, Consumer<String> warnings) throws IOException {
        return new Registry(home.resolve("services"), home, new RegistryClock(clock, clock::nanos), profile, budgets,
                listener, warnings);
    }

    /** The notes in a file. */
    public static Discoveries notes(Path file, TestClock clock) {
        return new Discoveries(new AppendLog(file), clock, PLENTY);
    }

    /** All notes of a file, as they were written. */
    public static List<Mapping> all(Discoveries notes) {
        return notes.page(0, Integer.MAX_VALUE, null, true).notes().stream().map(Discoveries.Note::document).toList();
    }
}
