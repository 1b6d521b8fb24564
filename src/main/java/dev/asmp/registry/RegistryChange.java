package dev.asmp.registry;

import dev.asmp.document.IoReason;
import dev.asmp.manifest.Manifest;
import dev.asmp.store.BatchWriter;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** One change of the registry on its way through {@link RegistryWriter}: intake from disk, decision in memory, outcome. */
final class RegistryChange<R> extends BatchWriter.Change<R> {
    /** A change from within holds so much: what comes next waits for it, and it takes little memory while it is saved. */
    private static final long PART = 2 * 1024 * 1024;

    private final Consumer<HandEdits> intake;
    private final Function<EntryBatch, R> decision;
    private final Outcome<R> outcome;
    private Collection<Manifest> manifests = List.of();
    private IdentityHashMap<Manifest, RenderedEntry> rendered = new IdentityHashMap<>();

    /** What becomes of a decision when the files of some names could not be saved. */
    @FunctionalInterface
    interface Outcome<R> {
        R after(R decided, Map<String, IOException> failed);
    }

    RegistryChange(long bytes, Consumer<HandEdits> intake, Function<EntryBatch, R> decision, Outcome<R> outcome) {
        super(bytes);
        this.intake = intake;
        this.decision = decision;
        this.outcome = outcome;
    }

    /** A change of one service, which is refused when its file could not be saved. */
    static RegistryChange<ServiceRecord> of(String name, long bytes, Function<EntryBatch, ServiceRecord> decision) {
        return new RegistryChange<>(bytes, edits -> edits.takeIn(name), decision, (decided, failed) -> {
            IOException why = failed.get(name);
            if (why != null) {
                throw new RefusedException(RefusedException.Reason.UNAVAILABLE, notSaved(why));
            }
            return decided;
        });
    }

    /** A change of several services, which comes from within and is never refused for its size. */
    static <R> RegistryChange<R> of(Collection<String> names, Function<EntryBatch, R> decision, Outcome<R> outcome) {
        return new RegistryChange<>(0, edits -> names.forEach(edits::takeIn), decision, outcome);
    }

    static String notSaved(IOException why) {
        return "could not be saved: " + IoReason.of(why);
    }

    /** Has these manifests rendered before the change's turn, so that others do not wait for that. */
    RegistryChange<R> rendering(Collection<Manifest> claimed) {
        manifests = claimed;
        return this;
    }

    @Override
    protected void prepare() {
        IdentityHashMap<Manifest, RenderedEntry> made = new IdentityHashMap<>();
        for (Manifest manifest : manifests) {
            try {
                made.put(manifest, RenderedEntry.of(manifest, Mods.NONE));
                manifest.yaml();
            } catch (RuntimeException _) {
                // It fails again when it is decided, and is refused alone.
            }
        }
        rendered = made;
    }

    /** Takes in what a person wrote to the files that this change is about, then decides it. */
    void decide(HandEdits edits, EntryBatch batch) {
        decide(() -> {
            intake.accept(edits);
            batch.use(rendered);
            return decision.apply(batch);
        });
        rendered = new IdentityHashMap<>();
    }

    void answer(Map<String, IOException> failed) {
        answer(decided -> outcome.after(decided, failed));
    }

    /** Passes on what makes one change after the other, each of a few megabytes; an empty change where there is nothing. */
    static <T> void inParts(Collection<T> all, ToLongFunction<T> bytes, Consumer<List<T>> take) {
        List<T> part = new ArrayList<>();
        long held = 0;
        for (T one : all) {
            long more = bytes.applyAsLong(one);
            if (!part.isEmpty() && held + more > PART) {
                take.accept(part);
                part = new ArrayList<>();
                held = 0;
            }
            part.add(one);
            held += more;
        }
        if (!part.isEmpty() || all.isEmpty()) {
            take.accept(part);
        }
    }
}
