import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs before packaging: writes the commit that is built into a resource, where the sources are a checkout of their own. Sources
 * without git, such as those of a release, have none, and their builds are the same bytes wherever they are made.
 */
final class Commit {
    private Commit() {}

    /** Arguments: the folder of the sources, and that of the classes. */
    public static void main(String[] arguments) throws Exception {
        Path sources = Path.of(arguments[0]).toRealPath();
        Path file = Path.of(arguments[1]).resolve("commit");
        Files.deleteIfExists(file);
        String top = git(sources, "rev-parse", "--show-toplevel");
        String commit = git(sources, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*");
        if (!top.isEmpty() && Path.of(top).toRealPath().equals(sources)
                && commit.matches("[0-9a-f]{7,64}(-dirty)?")) {
            Files.writeString(file, commit + "\n");
        }
    }

    /** The output of git; empty where it fails or is not there. */
    private static String git(Path folder, String... words) throws InterruptedException {
        try {
            ProcessBuilder git = new ProcessBuilder(new ArrayList<>(List.of("git")));
            git.command().addAll(List.of(words));
            Process process = git.directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor() == 0 ? said : "";
        } catch (IOException _) {
            return "";
        }
    }
}
