package dev.asmp.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a person reads instead of an exception. */
class IoReasonTest {
    @TempDir
    private Path folder;

    static Stream<Arguments> failures() {
        return Stream.of(Arguments.of(new AccessDeniedException("/srv/x"), "permission denied"),
                Arguments.of(new NoSuchFileException("/srv/x"), "does not exist"),
                Arguments.of(new FileAlreadyExistsException("/srv/x"), "exists already"),
                Arguments.of(new FileSystemException("/srv/x", null, "No space left on device"),
                        "no space left on device"),
                Arguments.of(new FileSystemException("/srv/x", null, "Read-only file system"), "read-only file system"),
                Arguments.of(new FileSystemException("/srv/x/y", null, "Not a directory"),
                        "a part of the path is not a folder"),
                Arguments.of(new FileSystemException("/srv/x"), "input or output failed"),
                Arguments.of(new MalformedInputException(1), "is not UTF-8"),
                Arguments.of(new ConnectException("Connection refused"), "connection refused"),
                Arguments.of(new IOException(), "input or output failed"),
                Arguments.of(new UncheckedIOException(new AccessDeniedException("/srv/x")), "permission denied"),
                Arguments.of(new IOException("Cannot run program \"x\": error=2, No such file or directory"),
                        "does not exist"),
                Arguments.of(new IOException("Cannot run program \"x\": Exec failed, error: 13 (Permission denied) "),
                        "permission denied"),
                Arguments.of(new IOException("TLS failed"), "TLS failed"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureIsAFewPlainWords(Exception failure, String words) {
        assertEquals(words, IoReason.of(failure));
    }

    @Test
    void aFileThatTheSentenceDoesNotNameIsNamed() {
        IOException failure = new AccessDeniedException("/srv/x/daemon.json");
        assertEquals("permission denied (/srv/x/daemon.json)", IoReason.of(failure, Path.of("/srv/x")));
        assertEquals("permission denied", IoReason.of(failure, Path.of("/srv/x/daemon.json")));
        assertEquals("/srv/x/daemon.json: permission denied", IoReason.sentence(failure));
    }

    @Test
    void theJdksOwnFailuresAreUnderstood() {
        assertEquals("is a folder", IoReason.of(assertThrows(IOException.class, () -> Files.readAllBytes(folder))));
        assertEquals("does not exist", IoReason.of(assertThrows(IOException.class,
                () -> new ProcessBuilder(folder.resolve("no-program").toString()).start())));
    }
}
