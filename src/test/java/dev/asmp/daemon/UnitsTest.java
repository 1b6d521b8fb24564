package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The units for systemd. */
class UnitsTest {
    private static final Pattern EXPOSURE = Pattern.compile("Overall exposure level for \\S+: ([0-9.]+)");

    private static List<String> lines(String unit) throws IOException {
        return Files.readAllLines(Path.of("systemd", unit));
    }

    @ParameterizedTest
    @ValueSource(strings = {"asmp.service", "asmp-user.service"})
    void aDaemonThatEndsForLackOfMemoryIsStartedAgainAndAWrongProfileIsNot(String unit) throws IOException {
        assertTrue(lines(unit).containsAll(List.of("StartLimitIntervalSec=0", "Restart=on-failure",
                "RestartMaxDelaySec=5min", "RestartPreventExitStatus=1 2")), unit);
    }

    @Test
    void theSystemsRegistryReadsTheProfileThatMembersOfItsGroupCannotWrite() throws IOException {
        assertTrue(lines("asmp.service").containsAll(List.of("Environment=ASMP_PROFILE=/etc/asmp/host.yaml",
                "RuntimeDirectory=asmp", "RuntimeDirectoryMode=0750")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"asmp.service", "asmp-vm-agent.service"})
    void aSystemUnitIsRestricted(String unit) throws IOException, InterruptedException {
        assertTrue(exposure(unit) <= 1.5, unit);
    }

    @Test
    void theUsersUnitIsRestrictedAsFarAsNeedsNoNamespaceOfUsers() throws IOException, InterruptedException {
        List<String> unit = lines("asmp-user.service");
        assertTrue(unit.containsAll(List.of("NoNewPrivileges=yes", "RestrictNamespaces=yes", "RestrictRealtime=yes",
                "RestrictSUIDSGID=yes", "LockPersonality=yes", "SystemCallArchitectures=native",
                "SystemCallFilter=@system-service")));
        // Since systemd 254 each of these implies PrivateUsers= in a unit of a user.
        assertEquals(List.of(),
                unit.stream().filter(line -> line.matches("(Private(Users|Tmp|Devices|Network|IPC|Mounts)"
                        + "|Protect\\w+|(ReadWrite|ReadOnly|Inaccessible|Exec|NoExec)Paths|Bind\\w*Paths|TemporaryFileSystem"
                        + "|Root\\w+)=.*")).toList());
        assertTrue(exposure("asmp-user.service") <= 6.3);
    }

    private static double exposure(String unit) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "there is no systemd-analyze");
        Process analyze = new ProcessBuilder("systemd-analyze", "security", "--offline=yes", "systemd/" + unit)
                .redirectErrorStream(true).start();
        String said = new String(analyze.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        analyze.waitFor();
        Matcher exposure = EXPOSURE.matcher(said);
        assumeTrue(exposure.find(), said);
        return Double.parseDouble(exposure.group(1));
    }
}
