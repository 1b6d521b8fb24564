package dev.asmp.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asmp.Ground;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A file that a scan did not find is gone only if its folder can be read and does not hold it. */
@ParameterizedClass
@EnumSource
class SourceStateTest {
    private final Ground.Kind kind;
    private Field field;
    private Path source;

    SourceStateTest(Ground.Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open(@TempDir Path temporary) throws IOException {
        field = new Field(kind, temporary);
        source = field.good("work/team/a/asmp.yaml", "a");
    }

    @AfterEach
    void close() throws IOException {
        field.close();
    }

    @Test
    void aFileThatLiesThereIsPresent() throws IOException {
        assertEquals(SourceState.PRESENT, state("missing", "work"));
        field.ground.file("work/team/a/asmp.yaml", "broken");
        assertEquals(SourceState.PRESENT, state("work"));
    }

    @Test
    void aFileWhoseFolderCanBeListedWithoutItIsGone() throws IOException {
        Files.delete(source);
        assertEquals(SourceState.GONE, state("work"));
        Files.delete(source.getParent());
        assertEquals(SourceState.GONE, state("work"));
        Files.delete(field.ground.path("work/team"));
        assertEquals(SourceState.GONE, state("work"));
    }

    @Test
    void itIsUnknownOnceTheScanPathIsGoneOrNotConfigured() throws IOException {
        assertEquals(SourceState.UNKNOWN, state("missing"));
        assertEquals(SourceState.UNKNOWN, SourceState.of(source, List.of()));
        assertEquals(SourceState.UNKNOWN, state("work/team/b"));
        Files.delete(source);
        Files.delete(source.getParent());
        assertEquals(SourceState.UNKNOWN, state("work/team/a"));
    }

    @Test
    void aFolderReplacedByAFileHoldsNoManifest() throws IOException {
        Files.delete(source);
        Files.delete(source.getParent());
        field.ground.file("work/team/a", "a file now");
        assertEquals(SourceState.GONE, state("work"));
    }

    @Test
    void itIsUnknownWhereTheFolderCannotBeRead() throws IOException {
        assumeTrue(field.ground.onDisk());
        Path team = field.ground.path("work/team");
        Files.setPosixFilePermissions(team, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(team), "a superuser reads everything");
        SourceState state = state("work");
        Files.setPosixFilePermissions(team, PosixFilePermissions.fromString("rwx------"));
        assertEquals(SourceState.UNKNOWN, state);
    }

    private SourceState state(String... scanPaths) {
        return SourceState.of(source, field.discovery(4, Set.of(), scanPaths).scanPaths());
    }
}
