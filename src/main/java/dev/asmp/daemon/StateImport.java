package dev.asmp.daemon;

import dev.asmp.document.IoReason;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.store.DurableFile;
import dev.asmp.store.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes an export in place of the state of a folder: all of it or nothing. Everything is written and read back in a folder
 * beside the state first; then a marker is forced, and from then on the parts are moved, by this process or by the next
 * daemon's start. What was there before is kept beside.
 */
public final class StateImport {
    private static final String STAGE = ".import";
    private static final String READY = "ready";

    private final Path home;
    private final Path stage;

    private StateImport(Path home) {
        this.home = home;
        this.stage = home.resolve(STAGE);
    }

    /**
     * The outcome.
     *
     * @param before the folder with what was replaced; null where there was nothing
     */
    public record Result(int services, int documents, @Nullable Path before) {}

    /** Imports into a state folder that no daemon serves; a {@link StartFailure} says why nothing was changed. */
    public static Result run(Environment environment, InputStream in, boolean replace, Instant now,
            IntConsumer progress)
            throws IOException, StartFailure {
        Path home = environment.stateFolder();
        Path services = HostProfile.load(environment).servicesFolder();
        PrivateFiles.makeFolder(home);
        try (StateLock _ = StateLock.take(home)) {
            StateImport state = new StateImport(home);
            state.moveIn();
            if (!services.toAbsolutePath().equals(home.resolve("services").toAbsolutePath())) {
                throw new StartFailure("registry.path in host.yaml is " + services
                        + "; an import works on an index inside the state folder only");
            }
            int held = state.held();
            if (held > 0 && !replace) {
                throw new StartFailure(home + " holds a registry already (" + held + (held == 1 ? " file" : " files")
                        + "); --replace puts it aside");
            }
            return state.take(in, environment, now, progress);
        }
    }

    private int held() throws IOException {
        int held = 0;
        for (String item : items()) {
            Path path = home.resolve(item);
            if (Files.isDirectory(path)) {
                try (Stream<Path> files = Files.list(path)) {
                    held += (int) files.count();
                }
            } else if (Files.exists(path) && !item.equals("last-scan.json") && !item.equals("snapshot.bin")) {
                held++;
            }
        }
        return held;
    }

    private static List<String> items() {
        return Stream.of(StateFiles.FOLDERS, StateFiles.FILES, List.of(StateFiles.SNAPSHOT)).flatMap(List::stream)
                .toList();
    }

    private Result take(InputStream in, Environment environment, Instant now, IntConsumer progress)
            throws IOException, StartFailure {
        delete(stage);
        Path fresh = stage.resolve("new");
        PrivateFiles.makeFolder(fresh);
        try {
            int documents = new ExportReader(in, fresh, progress).read();
            int services = trial(fresh, environment);
            if (Files.exists(home.resolve(StateFiles.PROFILE), LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(fresh.resolve(StateFiles.PROFILE)); // the profile of this host stays
            }
            forceAll(fresh);
            List<String> taken = new ArrayList<>();
            try (Stream<Path> parts = Files.list(fresh)) {
                parts.forEach(part -> taken.add(String.valueOf(part.getFileName())));
            }
            DurableFile.replace(stage.resolve(READY),
                    (now.toEpochMilli() + "\n" + String.join("\n", taken)).getBytes(StandardCharsets.UTF_8));
            return new Result(services, documents, moveIn());
        } finally {
            if (!Files.exists(stage.resolve(READY))) {
                delete(stage);
            }
        }
    }

    /** Opens a copy, since what is opened may be tidied up. */
    private int trial(Path fresh, Environment environment) throws IOException, StartFailure {
        Path trial = stage.resolve("trial");
        try (Stream<Path> files = Files.walk(fresh)) {
            for (Path file : files.toList()) {
                Files.copy(file, trial.resolve(fresh.relativize(file).toString()));
            }
        }
        try {
            return StagedState.open(trial, environment);
        } finally {
            delete(trial);
        }
    }

    private static void forceAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                DurableFile.force(file);
            }
        }
    }

    /** Completes an import whose parts were being moved when the process ended; without one, removes what was staged. */
    static void finish(Path home, Log log) throws IOException {
        StateImport state = new StateImport(home);
        if (Files.exists(state.stage.resolve(READY))) {
            log.warn("completing an import; what was there before is in " + state.moveIn());
        } else if (Files.exists(state.stage)) {
            delete(state.stage);
            log.warn("removed what an import left that did not get to its end");
        }
    }

    /** Moves each part, as far as that is still to be done; returns where what was there before is. */
    private @Nullable Path moveIn() throws IOException {
        Path ready = stage.resolve(READY);
        if (!Files.exists(ready)) {
            return null;
        }
        List<String> lines = Files.readAllLines(ready);
        Set<String> taken = Set.copyOf(lines.subList(1, lines.size()));
        Path old = stage.resolve("old");
        PrivateFiles.makeFolder(old);
        for (String item : Stream.concat(items().stream(), Stream.of(StateFiles.PROFILE)).toList()) {
            Path fresh = stage.resolve("new").resolve(item);
            boolean isOver = taken.contains(item) && !Files.exists(fresh);
            boolean isReplaced = taken.contains(item) || !item.equals(StateFiles.PROFILE);
            if (!isOver && isReplaced && Files.exists(home.resolve(item)) && !Files.exists(old.resolve(item))) {
                Files.move(home.resolve(item), old.resolve(item));
            }
            if (Files.exists(fresh)) {
                Files.move(fresh, home.resolve(item));
            }
        }
        DurableFile.force(home);
        Path before = home.resolve("before-import-" + lines.getFirst());
        boolean isEmpty;
        try (Stream<Path> files = Files.list(old)) {
            isEmpty = files.findFirst().isEmpty();
        }
        if (!isEmpty) {
            Files.move(old, before);
        }
        Files.delete(ready);
        delete(stage);
        return isEmpty ? null : before;
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (UncheckedIOException e) {
            throw new IOException(IoReason.of(e), e);
        }
    }
}
