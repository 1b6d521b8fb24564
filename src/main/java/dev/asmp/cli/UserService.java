package dev.asmp.cli;

import dev.asmp.manifest.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The daemon as a service that a user's session starts: the file that declares it, and the commands that start and stop it.
 *
 * @param program the manager's command, which must be on the path
 * @param start what to run after the file is written
 * @param stop what to run before the file is removed
 * @param after what to run after the file is removed
 * @param hint what else a user may want
 */
record UserService(String program, Path file, String content, List<List<String>> start, List<List<String>> stop,
        List<List<String>> after, String hint) {
    /** The first line of each file that asmp writes, by which it knows its own. */
    static final String MARK = "Written by asmp install; asmp uninstall removes it.";
    private static final String UNIT = "asmp.service";
    private static final String LABEL = "dev.asmp";

    /** The service of this user by the manager that is there; null where there is none. */
    static @Nullable UserService of(Environment environment) throws IOException {
        if (Launcher.onPath("systemctl", environment) != null) {
            return systemd(environment);
        }
        return Launcher.onPath("launchctl", environment) == null ? null : launchd(environment);
    }

    static UserService systemd(Environment environment) throws IOException {
        String configured = environment.variable("XDG_CONFIG_HOME");
        Path folder = configured == null || configured.isBlank()
                ? environment.home().resolve(".config")
                : environment.home().resolve(configured);
        List<String> reload = List.of("systemctl", "--user", "daemon-reload");
        return new UserService("systemctl", folder.resolve("systemd/user").resolve(UNIT), unit(environment),
                List.of(reload, List.of("systemctl", "--user", "enable", "--now", UNIT)),
                List.of(List.of("systemctl", "--user", "disable", "--now", UNIT)), List.of(reload),
                "it starts when you log in; 'loginctl enable-linger' starts it at boot");
    }

    /** The unit that is shipped, for this program and this folder of state. */
    private static String unit(Environment environment) throws IOException {
        String shipped = resource("/units/asmp-user.service");
        String launcher = systemdQuoted(Launcher.path(environment));
        return "# " + MARK + "\n\n" + shipped.substring(shipped.indexOf("[Unit]"))
                .replace("=/opt/asmp/bin/asmp ", "=" + launcher + " ")
                .replace("Environment=ASMP_HOME=%h/.asmp", "Environment=" + systemdQuoted("ASMP_HOME="
                        + environment.stateFolder()));
    }

    private static String systemdQuoted(String text) {
        String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%");
        return escaped.contains(" ") || escaped.contains("\\") ? '"' + escaped + '"' : escaped;
    }

    static UserService launchd(Environment environment) {
        Path file = environment.home().resolve("Library/LaunchAgents").resolve(LABEL + ".plist");
        return new UserService("launchctl", file, """
                <?xml version="1.0" encoding="UTF-8"?>
                <!-- %s -->
                <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
                <plist version="1.0">
                <dict>
                    <key>Label</key>
                    <string>%s</string>
                    <key>ProgramArguments</key>
                    <array>
                        <string>%s</string>
                        <string>serve</string>
                    </array>
                    <key>EnvironmentVariables</key>
                    <dict>
                        <key>ASMP_HOME</key>
                        <string>%s</string>
                    </dict>
                    <key>RunAtLoad</key>
                    <true/>
                    <key>KeepAlive</key>
                    <dict>
                        <key>SuccessfulExit</key>
                        <false/>
                    </dict>
                </dict>
                </plist>
                """.formatted(MARK, LABEL, xml(Launcher.path(environment)), xml(environment.stateFolder().toString())),
                List.of(List.of("launchctl", "load", "-w", file.toString())),
                List.of(List.of("launchctl", "unload", "-w", file.toString())), List.of(),
                "it starts when you log in");
    }

    private static String xml(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = UserService.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
