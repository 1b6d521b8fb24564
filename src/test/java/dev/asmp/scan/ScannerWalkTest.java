package dev.asmp.scan;

import static dev.asmp.scan.Field.names;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asmp.Ground;
import dev.asmp.manifest.HostProfile.Discovery;
import dev.asmp.manifest.ScanPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Where the walk goes, where it does not, and what it makes of files that only look like manifests. */
@ParameterizedClass
@EnumSource
class ScannerWalkTest {
    private final Ground.Kind kind;
    private Field field;
    private Ground ground;

    ScannerWalkTest(Ground.Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open(@TempDir Path temporary) throws IOException {
        field = new Field(kind, temporary);
        ground = field.ground;
    }

    @AfterEach
    void close() throws IOException {
        field.close();
    }

    @Test
    void bothFileNamesAreFoundInStringOrder() throws IOException {
        Path infra = field.good("b/infra/asmp.yaml", "two");
        Path own = field.good("a/asmp.yaml", "one");
        ScanReport report = field.scan();
        assertEquals(List.of(own, infra), report.found().stream().map(FoundManifest::file).toList());
        assertEquals(List.of("one", "two"), names(report));
        assertEquals("one", Objects.requireNonNull(report.found().get(0).manifest()).name());
        assertEquals(64, report.found().get(0).digest().length());
    }

    @Test
    void anEscapeThatTheParserTripsOverIsOneFilesProblem() throws IOException {
        field.good("a/asmp.yaml", "one");
        Path odd = ground.file("b/asmp.yaml", Field.manifest("two") + "description: \"\\UFFFFFFFF\"\n");
        ScanReport report = field.scan();
        assertEquals(List.of("one"), names(report));
        ScanProblem problem = report.problems().getFirst();
        assertEquals(odd.toString(), problem.path());
        assertTrue(problem.error().contains("line 5, column 17"), problem.error());
    }

    @Test
    void aRepositorysOwnManifestWinsOverTheOneInInfra() throws IOException {
        field.good("a/asmp.yaml", "own");
        field.good("a/infra/asmp.yaml", "infra");
        ScanReport report = field.scan();
        assertEquals(List.of("own"), names(report));
        assertEquals(1, report.effort().read());
    }

    @Test
    void theOneInInfraIsUsedWhereItsSiblingIsInvalid() throws IOException {
        ground.file("a/asmp.yaml", "name: [");
        field.good("a/infra/asmp.yaml", "infra");
        ground.folder("b/asmp.yaml");
        field.good("b/infra/asmp.yaml", "other");
        ScanReport report = field.scan();
        assertEquals(List.of("infra", "other"), names(report));
        assertEquals(List.of("a/asmp.yaml", "b/asmp.yaml"), report.problems().stream()
                .map(problem -> problem.path().substring(ground.path("").toString().length() + 1)).toList());
        assertEquals(4, report.effort().manifests());
    }

    @Test
    void theWalkEndsExactlyAtTheGreatestDepth() throws IOException {
        field.good("asmp.yaml", "depth-0");
        field.good("1/asmp.yaml", "depth-1");
        field.good("1/2/asmp.yaml", "depth-2");
        field.good("1/2/3/asmp.yaml", "depth-3");
        assertEquals(List.of("depth-0"), names(field.scanTo(0)));
        assertEquals(List.of("depth-2", "depth-1", "depth-0"), names(field.scanTo(2)));
        assertEquals(4, names(field.scanTo(3)).size());
    }

    @Test
    void infraDoesNotCountAsDepth() throws IOException {
        field.good("1/2/infra/asmp.yaml", "at-the-limit");
        field.good("1/2/3/infra/asmp.yaml", "beyond");
        field.good("1/infra/infra/asmp.yaml", "an-infra-in-infra");
        assertEquals(List.of("at-the-limit", "an-infra-in-infra"), names(field.scanTo(2)));
        assertEquals(List.of(), names(field.scanTo(0)));
    }

    @Test
    void aScanPathMayItselfBeNamedInfra() throws IOException {
        field.good("infra/asmp.yaml", "itself");
        field.good("infra/a/asmp.yaml", "below");
        assertEquals(List.of("below", "itself"), names(field.scan("infra")));
    }

    @Test
    void foldersThatNeverHoldAServiceArePassedBy() throws IOException {
        for (String folder : List.of(".git", "node_modules", "target", ".venv", "examples", "fixtures", "testdata",
                "vendor", "mine")) {
            field.good(folder + "/asmp.yaml", "hidden");
            field.good("a/" + folder + "/b/asmp.yaml", "hidden");
        }
        field.good("a/.hidden/asmp.yaml", "seen");
        assertEquals(List.of("seen"), names(field.scanTo(4, "mine")));
        assertEquals(3, names(field.scanTo(4)).size());
    }

    @Test
    void aScanPathThatIsNamedLikeAnIgnoredFolderIsWalked() throws IOException {
        field.good("vendor/a/asmp.yaml", "chosen");
        assertEquals(List.of("chosen"), names(field.scan("vendor")));
    }

    @Test
    void infraMayBeIgnoredTooOnEveryLevel() throws IOException {
        field.good("a/infra/asmp.yaml", "above");
        field.good("a/b/infra/asmp.yaml", "at-the-limit");
        assertEquals(List.of(), names(field.scanTo(2, "infra")));
    }

    @Test
    void linksToFoldersAreNotFollowed() throws IOException {
        field.good("work/a/asmp.yaml", "inside");
        field.good("outside/asmp.yaml", "outside");
        ground.link("work/out", "../outside");
        ground.link("work/a/round", "..");
        ground.link("work/a/infra", "../../outside");
        ground.link("work/self", "self");
        ScanReport report = field.scan("work");
        assertEquals(List.of("inside"), names(report));
        assertEquals(List.of(), report.problems());
    }

    @Test
    void aLinkedManifestIsTakenOnlyFromInsideTheScanPath() throws IOException {
        field.good("work/real/manifest.yaml", "linked");
        field.good("outside/asmp.yaml", "outside");
        ground.link("work/a/asmp.yaml", "../real/manifest.yaml");
        ground.link("work/b/asmp.yaml", "../../outside/asmp.yaml");
        ground.link("work/c/asmp.yaml", "nowhere");
        ground.link("work/d/asmp.yaml", "asmp.yaml");
        ScanReport report = field.scan("work");
        assertEquals(List.of("linked"), names(report));
        assertEquals(ground.path("work/a/asmp.yaml"), report.found().get(0).file());
        List<String> problems = field.problems(report);
        assertEquals("work/b/asmp.yaml: is a link that leads out of the scan path", problems.get(0));
        assertEquals("work/c/asmp.yaml: is a link that leads nowhere", problems.get(1));
        assertTrue(problems.get(2).startsWith("work/d/asmp.yaml: is a link that "), problems.get(2));
        assertEquals(3, problems.size());
    }

    @Test
    void whatOnlyLooksLikeAManifestIsAProblemWithItsReason() throws IOException {
        ground.folder("a-folder/asmp.yaml");
        ground.file("empty/asmp.yaml", "");
        ground.file("invalid/asmp.yaml", "asmp: '0.1'\nkind: service\nname: x\n");
        ground.file("malformed/asmp.yaml", "a: 1\nb: [");
        ground.file("not-yaml/asmp.yaml", "\u0000");
        assertEquals(List.of("a-folder/asmp.yaml: is a folder, not a file",
                "empty/asmp.yaml: line 1, column 1: the document is empty",
                "invalid/asmp.yaml: capabilities.provides: is required: a list of at least one capability, such as"
                        + " email.send",
                "malformed/asmp.yaml: line 2, column 5: while parsing a flow node: expected the node content, but found"
                        + " '<stream end>'",
                "not-yaml/asmp.yaml: line 1, column 1: the character U+0000 is not allowed in YAML"),
                field.problems(field.scan()));
        assertTrue(field.scan().problems().stream().allMatch(ScanProblem::skippedManifest));
    }

    @Test
    void aHugeFileIsNotRead() throws IOException {
        Path file = ground.file("huge/asmp.yaml", "");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[]{'#'}), 50L * 1024 * 1024 - 1);
        }
        assertEquals(List.of("huge/asmp.yaml: the manifest has 52428800 bytes; at most 262144 are allowed"),
                field.problems(field.scan()));
    }

    @Test
    void aPipeIsNeverOpened() throws IOException, InterruptedException {
        assumeTrue(ground.onDisk());
        Process mkfifo = new ProcessBuilder("mkfifo", ground.folder("pipe").resolve("asmp.yaml").toString()).start();
        assumeTrue(mkfifo.waitFor() == 0);
        assertEquals(List.of("pipe/asmp.yaml: is not a regular file"), field.problems(field.scan()));
    }

    @Test
    void whatCannotBeReadIsAProblemAndSpoilsNothingElse() throws IOException {
        assumeTrue(ground.onDisk());
        Path file = field.good("a/asmp.yaml", "a");
        Path folder = field.good("b/asmp.yaml", "b").getParent();
        field.good("c/asmp.yaml", "c");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file), "a superuser reads everything");
        ScanReport report = field.scan();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        assertEquals(List.of("c"), names(report));
        assertEquals(List.of("a/asmp.yaml: cannot be read: permission denied", "b: cannot be read: permission denied"),
                field.problems(report));
        assertEquals(List.of(true, false), report.problems().stream().map(ScanProblem::skippedManifest).toList());
    }

    @Test
    void aScanPathThatIsNoneIsAProblemAndTheOthersAreWalked() throws IOException {
        field.good("work/asmp.yaml", "found");
        ground.file("file", "");
        ground.link("dangling", "nowhere");
        ScanReport report = field.scan("missing", "file", "dangling", "work");
        assertEquals(List.of("found"), names(report));
        assertEquals(List.of("~/dangling: does not exist", "~/file: is a file; a scan path must be a folder",
                "~/missing: does not exist"), field.problems(report));
        assertTrue(report.problems().stream().noneMatch(ScanProblem::skippedManifest));
        assertEquals(1, report.effort().manifests());
    }

    @Test
    void aScanPathThatCouldNotBeExpandedIsAProblem() {
        ScanPath undefined = new ScanPath("$NONE/x", null, "$NONE is not defined");
        ScanReport report = field.scanner.scan(
                new Discovery(List.of(undefined), Duration.ofMinutes(5), Duration.ofMinutes(5), 4, Set.of(), false));
        assertEquals(List.of("$NONE/x: $NONE is not defined"), field.problems(report));
    }

    @Test
    void aScanPathMayBeALink() throws IOException {
        Path file = field.good("real/a/asmp.yaml", "found");
        ground.link("link", "real");
        ScanReport report = field.scan("link");
        assertEquals(List.of(file), report.found().stream().map(FoundManifest::file).toList());
    }

    @Test
    void whatLiesBelowTwoScanPathsIsFoundAndReportedOnce() throws IOException {
        field.good("work/a/asmp.yaml", "a");
        ground.file("work/b/asmp.yaml", "broken: [");
        ground.link("work/c/asmp.yaml", "nowhere");
        ground.folder("work/d/asmp.yaml");
        ground.link("again", "work");
        ScanReport report = field.scan("", "work", "work/a", "again", "work");
        assertEquals(List.of("a"), names(report));
        assertEquals(List.of("work/b/asmp.yaml", "work/c/asmp.yaml", "work/d/asmp.yaml"),
                field.problems(report).stream().map(problem -> problem.substring(0, 16)).toList());
        assertEquals(4, report.effort().manifests());
    }

    @Test
    void aLinkThatIsGoodFromOneScanPathIsNoProblemFromAnother() throws IOException {
        field.good("work/real/manifest.yaml", "linked");
        ground.link("work/a/asmp.yaml", "../real/manifest.yaml");
        for (String[] order : new String[][]{{"work", "work/a"}, {"work/a", "work"}}) {
            ScanReport report = field.scan(order);
            assertEquals(List.of("linked"), names(report));
            assertEquals(List.of(), report.problems());
        }
    }

    @Test
    void oneManifestIsReadAgainByItsPath() throws IOException {
        Path file = field.good("work/asmp.yaml", "one");
        List<ScanPath> paths = field.discovery(4, Set.of(), "missing", "work").scanPaths();
        assertEquals("one", Objects.requireNonNull(field.scanner.read(file, paths)).name());
        assertNull(field.scanner.read(file, field.discovery(4, Set.of(), "missing").scanPaths()));
        ground.file("work/asmp.yaml", "broken");
        assertNull(field.scanner.read(file, paths));
    }
}
