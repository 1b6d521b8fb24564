package dev.asmp.daemon;

import dev.asmp.posix.LibC;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The notification protocol of systemd. The JDK has no datagrams on Unix sockets, so three functions of the C library are
 * called directly.
 */
final class SystemdNotifier {
    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MAX_PATH = 107;

    private final @Nullable String socketPath;
    private final @Nullable Duration watchdog;

    SystemdNotifier(@Nullable String socketPath, @Nullable String watchdogMicros) {
        this.socketPath = socketPath;
        this.watchdog = watchdogMicros == null || !watchdogMicros.matches("[1-9][0-9]{0,17}")
                ? null
                : Duration
                        .ofNanos(Math.multiplyExact(Math.min(Long.parseLong(watchdogMicros), 3_600_000_000L), 1_000L));
    }

    /** The interval of reports to the watchdog, half its timeout; null without a watchdog. */
    @Nullable
    Duration watchdogInterval() {
        return watchdog == null ? null : watchdog.dividedBy(2);
    }

    /** Sends one message, such as {@code READY=1}; a failure is returned as a text, never thrown. */
    @Nullable
    String send(String message) {
        if (socketPath == null) {
            return null;
        }
        byte[] path = socketPath.getBytes(StandardCharsets.UTF_8);
        if (path.length > MAX_PATH || !(socketPath.startsWith("/") || socketPath.startsWith("@"))) {
            return "NOTIFY_SOCKET is not a path that can be used: " + socketPath;
        }
        if (path[0] == '@') {
            path[0] = 0; // a name in the abstract namespace
        }
        try (Arena arena = Arena.ofConfined()) {
            return sendTo(arena, path, message.getBytes(StandardCharsets.UTF_8));
        } catch (Throwable e) {
            return "systemd could not be told: " + e;
        }
    }

    private static @Nullable String sendTo(Arena arena, byte[] path, byte[] message) throws Throwable {
        MemorySegment address = arena.allocate(2L + path.length + 1);
        address.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
        MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, 2, path.length);
        MemorySegment text = arena.allocateFrom(ValueLayout.JAVA_BYTE, message);
        int length = 2 + path.length + (path[0] == 0 ? 0 : 1);
        int socket = LibC.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC);
        if (socket < 0) {
            return "systemd could not be told: no socket";
        }
        try {
            long sent = LibC.sendto(socket, text, address, length);
            return sent == message.length ? null : "systemd could not be told: its socket did not take the message";
        } finally {
            LibC.close(socket);
        }
    }
}
