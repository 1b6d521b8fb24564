package dev.asmp.store;

import dev.asmp.document.FileStamp;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.posix.RegularFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A folder of small files, each replaced whole: written beside itself, forced, renamed over the old one, and the folder
 * forced. Files that are replaced together share the last step. A crash at any moment leaves each file as it was before or
 * as it is after, never between.
 */
public final class DocumentFolder {
    private static final String TEMPORARY = ".tmp";
    private static final String BROKEN = ".broken";

    private final Path folder;
    private final String suffix;

    /** A file's bytes and the stamp they were read under. */
    public record Stored(byte[] bytes, FileStamp stamp) {}

    /**
     * The outcome of a replacement: the stamps of the files that are in place, and what went wrong. A file is in both when it is in
     * place and the folder could not be forced.
     */
    public record Outcome(Map<String, FileStamp> replaced, Map<String, IOException> failed) {}

    /** The outcome of a removal: the files that are gone, and what went wrong. One that is gone may come back after a power cut. */
    public record Removal(Set<String> gone, @Nullable IOException failed) {}

    /** Opens the folder, creates it if necessary, and removes files that a crash left half-written. */
    public DocumentFolder(Path folder, String suffix) throws IOException {
        this.folder = folder;
        this.suffix = suffix;
        PrivateFiles.makeFolder(folder);
        for (Path leftover : files(".*" + TEMPORARY)) {
            Files.deleteIfExists(leftover);
        }
    }

    private List<Path> files(String glob) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> listed = Files.newDirectoryStream(folder, glob)) {
            listed.forEach(files::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return files;
    }

    public Path path(String name) {
        return folder.resolve(name + suffix);
    }

    /** The names of all files with our suffix, hidden ones left out, in string order. */
    public List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        for (Path file : files("*")) {
            String name = file.getFileName().toString();
            if (name.endsWith(suffix) && !name.startsWith(".")) {
                names.add(name.substring(0, name.length() - suffix.length()));
            }
        }
        names.sort(null);
        return names;
    }

    /** The files that were set aside because they could not be read, in string order. */
    public List<Path> broken() throws IOException {
        List<Path> broken = files("*" + suffix + BROKEN + "*");
        broken.sort(null);
        return broken;
    }

    /** The stamp of a file, or null where there is none. */
    public @Nullable FileStamp stamp(String name) throws IOException {
        FileStamp.Seen seen = look(path(name));
        return seen == null ? null : seen.stamp();
    }

    private static FileStamp.@Nullable Seen look(Path file) throws IOException {
        try {
            return FileStamp.look(file);
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    /** Reads a regular file; any other, or one above the limit in bytes, is malformed. */
    public Stored read(String name, int limit) throws IOException {
        Path file = path(name);
        FileStamp.Seen seen = look(file);
        if (seen == null || !seen.isRegularFile()) {
            throw new MalformedDocumentException("is not a regular file", 0, 0);
        }
        byte[] bytes = RegularFile.read(file, limit);
        if (bytes.length > limit) {
            throw new MalformedDocumentException("has more than " + limit + " bytes", 0, 0);
        }
        return new Stored(bytes, seen.stamp());
    }

    /**
     * Replaces files; they are on disk when this returns. A file that failed keeps its old content, unless forcing the folder
     * failed: then all are in place, and none is sure to survive a power cut.
     */
    public Outcome replace(Map<String, byte[]> contents) {
        if (contents.isEmpty()) {
            return new Outcome(Map.of(), Map.of()); // to force a folder costs a flush of the disk even if nothing changed in it
        }
        Map<String, FileStamp> stamps = new LinkedHashMap<>();
        Map<String, IOException> failed = new ConcurrentHashMap<>();
        // Forces that run at the same time share one flush of the disk.
        contents.entrySet().parallelStream().forEach(file -> attempt(file.getKey(), failed,
                () -> DurableFile.write(temporary(file.getKey()), out -> out.write(file.getValue()), true)));
        List<String> written = contents.keySet().stream().filter(name -> !failed.containsKey(name)).toList();
        try (FileChannel names = DurableFile.openFolder(folder)) { // first: if it cannot be opened, nothing has changed yet
            written.forEach(name -> attempt(name, failed, () -> stamps.put(name, moveIntoPlace(name))));
            DurableFile.force(names);
        } catch (IOException e) {
            written.forEach(name -> {
                DurableFile.discard(temporary(name), e);
                failed.putIfAbsent(name, e);
            });
        }
        return new Outcome(stamps, failed);
    }

    /** Forces what another program did to a file: its content, or that it is gone. */
    public void force(String name) throws IOException {
        if (Files.isRegularFile(path(name), LinkOption.NOFOLLOW_LINKS)) {
            try (FileChannel file = FileChannel.open(path(name), StandardOpenOption.READ)) {
                file.force(true);
            }
        }
        DurableFile.forceFolder(folder);
    }

    /** Removes files, durably where nothing failed. */
    public Removal delete(Set<String> names) {
        Set<String> gone = new HashSet<>();
        try (FileChannel held = names.isEmpty() ? null : DurableFile.openFolder(folder)) {
            for (String name : names) {
                Files.deleteIfExists(path(name));
                gone.add(name);
            }
            DurableFile.force(held);
            return new Removal(gone, null);
        } catch (IOException e) {
            return new Removal(gone, e);
        }
    }

    /** Renames a file that cannot be read, so that nothing overwrites it; returns its new path. */
    public Path setAside(String name) throws IOException {
        return new BrokenFile(path(name)).moveAside(BROKEN);
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void attempt(String name, Map<String, IOException> failed, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            failed.put(name, e);
        }
    }

    private Path temporary(String name) {
        return folder.resolve("." + name + suffix + TEMPORARY);
    }

    private FileStamp moveIntoPlace(String name) throws IOException {
        DurableFile.move(temporary(name), path(name));
        try {
            return FileStamp.of(path(name));
        } catch (IOException _) {
            return FileStamp.UNKNOWN; // it is in place, and is read again when it is changed next
        }
    }
}
