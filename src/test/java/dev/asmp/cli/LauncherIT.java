package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script: locales, the choice of a JDK for the build, and what it does in a checkout that is not built. */
class LauncherIT {
    private static final Path LAUNCHER = Path.of(System.getProperty("asmp.launcher", "bin/asmp"));

    @TempDir
    Path folder;
    private Shell shell;

    @BeforeEach
    void begin() throws IOException {
        shell = new Shell(folder);
    }

    @AfterEach
    void end() {
        shell.close();
    }

    /** The shell makes the names, since this JVM may run without a UTF-8 locale itself. */
    @Test
    void aHomeWithAnUmlautWorksWithoutALocale() throws Exception {
        Shell.Run run = shell.run(withoutLocale(
                script("""
                        home=$PWD/j$(printf '\\303\\266')rg; mkdir -p "$home/.asmp"; unset ASMP_HOME
                        printf 'host_id: x\\ndevice_class: vm\\nregistry: {api: "http://127.0.0.1:1"}\\n' > "$home/.asmp/host.yaml"
                        HOME=$home exec "$0" todos""")));
        assertEquals(0, run.status(), run.err());
        assertFalse(run.err().contains("Exception"), run.err());
    }

    @Test
    void aCheckoutWithAnUmlautWorksWithoutALocale() throws Exception {
        Shell.Run run = shell.run(withoutLocale(script("""
                copy=$PWD/Gr$(printf '\\303\\266')sse; mkdir -p "$copy"; cp -a "${0%/*}" "$copy/bin"
                cp -a "${0%/*}/../target/asmp/." "$copy/"
                exec "$copy/bin/asmp" help""")));
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().contains("announce"), run.out());
    }

    @Test
    void aCommandThatAsmpRunsHasTheCallersLocale() throws Exception {
        shell.serve();
        ProcessBuilder keep = shell.asmp("announce", "--keep", shell.manifest("mail", "1").toString(), "--", "sh", "-c",
                "echo \"<${LC_ALL-none} ${ASMP_CALLERS_LC_ALL-none}>\"");
        Shell.Run run = shell.run(withoutLocale(keep));
        assertTrue(run.out().contains("<none none>"), run.out() + run.err());
    }

    @Test
    void theBuildRunsOnTheJdkThatWasFound() throws Exception {
        Path checkout = unbuilt("printf '%s\\n' \"$JAVA_HOME\" > \"${0%/*}/java-home\"; exit 1");
        Shell.Run run = shell.run(in(checkout, "serve", Map.of("JAVA_HOME", "/nonexistent")));
        assertEquals(1, run.status());
        Path home = Path.of(Files.readString(checkout.resolve("tools/java-home")).strip());
        String version = Files.readString(home.resolve("release")).lines()
                .filter(line -> line.startsWith("JAVA_VERSION=\"")).findFirst().orElse("");
        assertTrue(version.matches("JAVA_VERSION=\"(2[5-9]|[3-9]\\d).*"), version);
    }

    @Test
    void everyVerbBuildsWhereNothingIsBuilt() throws Exception {
        Path checkout = unbuilt("echo tried >> \"${0%/*}/tried\"; exit 1");
        for (String verb : new String[]{"--help", "list", "find", "serve"}) {
            Shell.Run run = shell.run(in(checkout, verb, Map.of()));
            assertTrue(run.err().startsWith("asmp: building"), verb + ": " + run.err());
        }
        assertEquals(4, Files.readAllLines(checkout.resolve("tools/tried")).size());
    }

    @Test
    void aClientOverAPipeIsToldRatherThanKeptWaiting() throws Exception {
        Path checkout = unbuilt("echo tried > \"${0%/*}/tried\"; exit 1");
        Shell.Run run = shell.run(in(checkout, "mcp", Map.of()).redirectInput(ProcessBuilder.Redirect.PIPE));
        assertEquals(1, run.status());
        assertTrue(run.err().startsWith("asmp: is not built yet; run 'bin/asmp version' once"), run.err());
        assertFalse(Files.exists(checkout.resolve("tools/tried")));
    }

    private ProcessBuilder script(String text) {
        return shell.asmp().command("sh", "-c", text, LAUNCHER.toAbsolutePath().toString());
    }

    private static ProcessBuilder withoutLocale(ProcessBuilder builder) {
        builder.environment().keySet().removeIf(name -> name.equals("LANG") || name.startsWith("LC_"));
        return builder;
    }

    /** A checkout in which nothing is built, and whose Maven is this script. */
    private Path unbuilt(String maven) throws IOException {
        Path checkout = folder.resolve("checkout");
        Files.createDirectories(checkout.resolve("bin"));
        Files.createDirectories(checkout.resolve("tools"));
        Files.copy(LAUNCHER, checkout.resolve("bin/asmp"));
        Files.writeString(checkout.resolve("pom.xml"), "<project/>");
        Files.writeString(checkout.resolve("tools/mvn"), "#!/bin/sh\n" + maven + "\n");
        Files.setPosixFilePermissions(checkout.resolve("tools/mvn"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(checkout.resolve("bin/asmp"), PosixFilePermissions.fromString("rwxr-xr-x"));
        return checkout;
    }

    private ProcessBuilder in(Path checkout, String verb, Map<String, String> variables) {
        ProcessBuilder builder = shell.asmp().command(checkout.resolve("bin/asmp").toString(), verb);
        builder.environment().put("PATH", checkout.resolve("tools") + ":" + System.getenv("PATH"));
        builder.environment().putAll(variables);
        return builder;
    }
}
