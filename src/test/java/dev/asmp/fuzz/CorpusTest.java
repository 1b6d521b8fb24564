package dev.asmp.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replays the corpus: inputs that were once found to matter, and some ordinary ones; {@code bench/fuzz} looks for more. */
class CorpusTest {
    @ParameterizedTest
    @EnumSource
    void everyInputKeepsThePromisesOfItsTarget(Target target) throws IOException, URISyntaxException {
        List<Path> inputs = inputs(target);
        assertFalse(inputs.isEmpty());
        for (Path input : inputs) {
            try {
                target.check(Files.readAllBytes(input));
            } catch (Throwable e) {
                throw new AssertionError(target.folder() + "/" + input.getFileName(), e);
            }
        }
    }

    private static List<Path> inputs(Target target) throws IOException, URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(CorpusTest.class.getResource("/fuzz/" + target.folder())).toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
