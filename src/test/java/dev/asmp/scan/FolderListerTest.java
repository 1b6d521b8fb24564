package dev.asmp.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fastest way to list a folder of this system finds what the portable one finds. */
class FolderListerTest {
    @TempDir
    private Path root;

    private record Found(Set<String> folders, boolean manifest, boolean infra) {
        static Found by(FolderLister lister, Path folder) throws IOException {
            List<String> all = new ArrayList<>();
            FolderLister.Listing listing = lister.list(folder, all::addAll);
            all.addAll(listing.folders());
            Found found = new Found(new TreeSet<>(all), listing.manifest(), listing.infra());
            assertEquals(all.size(), found.folders.size(), "none twice");
            return found;
        }
    }

    private Found assertSame(Path folder) throws IOException {
        Found found = Found.by(FolderLister.of(folder), folder);
        assertEquals(Found.by(FolderLister::portable, folder), found);
        return found;
    }

    @Test
    void foldersOfAnySizeAreListedWhole() throws IOException {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < 2_100; i++) {
            String name = "f" + i + "-".repeat(i % 90);
            names.add(name);
            Files.createDirectory(root.resolve(name));
        }
        assertEquals(new Found(names, false, false), assertSame(root));
        assertEquals(new Found(Set.of(), false, false), assertSame(root.resolve("f0")));
    }

    @Test
    void namesThatAreNearlyThatOfAManifestAreNone() throws IOException {
        for (String name : List.of("asmp.yam", "asmp.yamlx", "Asmp.yaml", ".asmp.yaml")) {
            Files.createFile(root.resolve(name));
        }
        assertEquals(false, assertSame(root).manifest());
        Files.createDirectory(root.resolve("infra"));
        Files.createFile(root.resolve("asmp.yaml"));
        Files.createSymbolicLink(root.resolve("link"), root.resolve("infra"));
        assertEquals(new Found(Set.of("infra"), true, true), assertSame(root));
        Files.createDirectory(root.resolve("Größe"));
        assertEquals(new Found(Set.of("infra", "Größe"), true, true), assertSame(root));
    }

    @Test
    void whatIsNoFolderIsRefusedWithItsReason() throws IOException {
        FolderLister lister = FolderLister.of(root);
        assertThrows(NoSuchFileException.class, () -> lister.list(root.resolve("gone"), _ -> {}));
        Path file = Files.createFile(root.resolve("file"));
        assertThrows(NotDirectoryException.class, () -> lister.list(file, _ -> {}));
    }
}
