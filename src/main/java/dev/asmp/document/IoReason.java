package dev.asmp.document;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The reason of a failed input or output in words that complete a sentence such as "X cannot be read: permission denied". The
 * JDK's own messages are often a bare path or nothing at all.
 */
public final class IoReason {
    private static final Map<String, String> PLAIN = Map.of("is a directory", "is a folder", "not a directory",
            "a part of the path is not a folder", "no such file or directory", "does not exist", "connect timed out",
            "no connection in time", "read timed out", "no answer in time",
            "too many levels of symbolic links (nofollow_links specified)", "is a symbolic link");
    /** How the JDK reports that a program could not be started, in its older and its newer form. */
    private static final Pattern EXEC = Pattern.compile(".*\\berror(?:=[0-9]+, |: [0-9]+ \\()([^()]*)\\)?\\s*");

    private IoReason() {}

    /** The reason of a failure that concerns what the sentence names already. */
    public static String of(Exception failure) {
        return switch (failure) {
            case UncheckedIOException unchecked -> of(Objects.requireNonNull(unchecked.getCause()));
            case InvalidPathException _ -> "is not a valid path";
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "does not exist";
            case FileAlreadyExistsException _ -> "exists already";
            case NotDirectoryException _ -> "is not a folder";
            case DirectoryNotEmptyException _ -> "is a folder that is not empty";
            case FileSystemException file -> plain(file.getReason());
            case CharacterCodingException _ -> "is not UTF-8";
            case UnknownHostException _ -> "unknown host";
            case EOFException _ -> "ended too early";
            case ClosedChannelException _ -> "was closed";
            default -> plain(failure.getMessage());
        };
    }

    /** The reason of a failure, with the file that it concerns where that is another than the sentence names. */
    public static String of(IOException failure, Path named) {
        String file = failure instanceof FileSystemException at ? at.getFile() : null;
        return file == null || file.equals(named.toString()) ? of(failure) : of(failure) + " (" + file + ")";
    }

    /** A whole sentence about a failure of which nothing else is known. */
    public static String sentence(IOException failure) {
        String file = failure instanceof FileSystemException at ? at.getFile() : null;
        return file == null ? of(failure) : file + ": " + of(failure);
    }

    private static String plain(@Nullable String message) {
        if (message == null || message.isBlank()) {
            return "input or output failed";
        }
        Matcher exec = EXEC.matcher(message);
        String said = exec.matches() ? exec.group(1) : message;
        boolean isWord = said.length() > 1 && Character.isLowerCase(said.charAt(1));
        String lower = isWord ? said.substring(0, 1).toLowerCase(Locale.ROOT) + said.substring(1) : said;
        return PLAIN.getOrDefault(lower.toLowerCase(Locale.ROOT), lower);
    }
}
