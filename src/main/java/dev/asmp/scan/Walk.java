package dev.asmp.scan;

import dev.asmp.document.IoReason;
import dev.asmp.manifest.HostProfile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A walk through the folders below one scan path, several at a time, which notes where a manifest lies. Links to folders are
 * not followed, so the walk neither leaves the tree nor circles. At the greatest depth a folder is not listed: two names are
 * looked up. What it holds at a time does not grow with the number of folders: those of a large one are walked in batches.
 */
final class Walk {
    static final String MANIFEST = "asmp.yaml";
    static final String INFRA = "infra";
    /** Folders that hold no service of their own, and often very many files. */
    private static final Set<String> NEVER = Set.of(".git", ".hg", ".svn", "node_modules", "target", ".venv", "venv",
            "__pycache__", ".gradle", ".idea", ".cache", ".tox", "examples", "fixtures", "testdata", "vendor");

    private final Path root;
    private final int maxDepth;
    private final Set<String> ignore;
    private final FolderLister lister;
    private final FolderListener listener;
    private final AtomicInteger folders = new AtomicInteger();
    private final Consumer<Candidate> candidates;
    private final ScanProblems problems;

    /** The file that a folder declares its service in, and the one in {@code infra} that counts where the first is not valid. */
    record Candidate(Path root, Path file, @Nullable Path otherwise) {}

    Walk(Path root, HostProfile.Discovery discovery, FolderListener listener, Consumer<Candidate> candidates,
            ScanProblems problems) {
        this.root = root;
        this.maxDepth = discovery.maxDepth();
        this.ignore = discovery.ignore();
        this.lister = FolderLister.of(root);
        this.listener = listener;
        this.candidates = candidates;
        this.problems = problems;
    }

    /** Walks the whole tree; returns when everything below has been looked at. */
    void run(ForkJoinPool pool) {
        pool.invoke(new Visit(root, 0));
    }

    /** Walks one folder and what lies below it, if a walk of the whole tree would reach it. */
    void below(Path folder, ForkJoinPool pool) {
        int depth = depth(folder);
        if (depth >= 0 && isReal(folder)) {
            pool.invoke(new Visit(folder, depth));
        }
    }

    /** Looks for the two files of one folder only. */
    void at(Path folder) {
        int depth = depth(folder);
        if (depth >= 0 && isReal(folder)) {
            Visit visit = new Visit(folder, depth);
            visit.attempt(visit::ask);
        }
    }

    /** The depth of a folder below the root; negative outside the walk. */
    private int depth(Path folder) {
        int depth = folder.getNameCount() - root.getNameCount();
        if (!folder.startsWith(root) || depth > maxDepth) {
            return -1;
        }
        for (int i = root.getNameCount(); i < folder.getNameCount(); i++) {
            if (isSkipped(folder.getName(i).toString())) {
                return -1;
            }
        }
        return depth;
    }

    int folders() {
        return folders.get();
    }

    /** Something that the file system may refuse. */
    private interface Step {
        void take() throws IOException;
    }

    private final class Visit extends RecursiveAction {
        private static final long serialVersionUID = 1L;

        private final transient Path folder;
        private final int depth;

        Visit(Path folder, int depth) {
            this.folder = folder;
            this.depth = depth;
        }

        @Override
        protected void compute() {
            folders.incrementAndGet();
            listener.visit(folder, false);
            if (depth < maxDepth) {
                attempt(this::list);
            } else {
                attempt(this::ask);
            }
        }

        private void attempt(Step step) {
            try {
                step.take();
            } catch (NoSuchFileException | NotDirectoryException _) {
                // Gone since its parent was listed: nothing is there to find.
            } catch (AccessDeniedException _) {
                problems.add(ScanProblem.folder(folder.toString(), "cannot be read: permission denied"));
            } catch (IOException e) {
                problems.add(ScanProblem.folder(folder.toString(), "cannot be read: " + IoReason.of(e)));
            }
        }

        private void ask() throws IOException {
            boolean infra = !isSkipped(INFRA) && isFolder(folder.resolve(INFRA));
            if (infra && depth == maxDepth) {
                listener.visit(folder.resolve(INFRA), true); // the walk does not list it
            }
            note(exists(MANIFEST), infra);
        }

        private void list() throws IOException {
            FolderLister.Listing listing = lister.list(folder, this::below);
            note(listing.manifest(), !isSkipped(INFRA) && listing.infra());
            below(listing.folders());
        }

        private void below(List<String> names) {
            List<Visit> visits = new ArrayList<>(names.size());
            for (String name : names) {
                if (!isSkipped(name)) {
                    visit(name).ifPresent(visits::add);
                }
            }
            ForkJoinTask.invokeAll(visits);
        }

        /** A folder whose name this process cannot encode, for want of a UTF-8 locale, is a problem and does not end the walk. */
        private Optional<Visit> visit(String name) {
            try {
                return Optional.of(new Visit(folder.resolve(name), depth + 1));
            } catch (InvalidPathException _) {
                problems.add(ScanProblem.folder(folder + "/" + name,
                        "cannot be read: its name needs a UTF-8 locale (LC_ALL)"));
                return Optional.empty();
            }
        }

        private void note(boolean manifest, boolean infra) {
            if (manifest) {
                listener.visit(folder, true);
            }
            // An infra folder's own manifest belongs to the folder above and was inspected from there.
            boolean own = manifest && (depth == 0 || !folder.endsWith(INFRA));
            Path inInfra = infra ? folder.resolve(INFRA).resolve(MANIFEST) : null;
            if (own) {
                candidates.accept(new Candidate(root, folder.resolve(MANIFEST), inInfra));
            } else if (inInfra != null) {
                candidates.accept(new Candidate(root, inInfra, null));
            }
        }

        private boolean exists(String name) throws IOException {
            try {
                Files.readAttributes(folder.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                return true;
            } catch (NoSuchFileException _) {
                return false;
            }
        }
    }

    private boolean isSkipped(String name) {
        return NEVER.contains(name) || ignore.contains(name);
    }

    /** Tells whether a folder lies at this path with no link on the way; one may have been put there since. */
    static boolean isReal(Path folder) {
        try {
            return isFolder(folder) && folder.toRealPath().equals(folder);
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean isFolder(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }
}
