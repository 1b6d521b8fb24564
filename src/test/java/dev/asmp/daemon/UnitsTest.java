package dev.asmp.daemon;

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
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "there is no systemd-analyze");
        Process analyze = new ProcessBuilder("systemd-analyze", "security", "--offline=yes", "systemd/" + unit)
                .redirectErrorStream(true).start();
        String said = new String(analyze.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        analyze.waitFor();
        Matcher exposure = EXPOSURE.matcher(said);
        assumeTrue(exposure.find(), said);
        assertTrue(Double.parseDouble(exposure.group(1)) <= 1.5, said);
    }
}
