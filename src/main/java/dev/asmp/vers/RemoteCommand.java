package dev.asmp.vers;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The form of a command inside a VM. A shell there first tells its process id on standard error, then becomes the command, in
 * a process group of its own where the VM has {@code timeout}: so the group can be ended from outside, and ends by itself when
 * the connection is gone for good. Variables are read from standard input, since arguments are visible to all in the VM.
 */
final class RemoteCommand {
    /** The time after its limit at which the VM itself ends a command, should no one else have done so. */
    private static final long GRACE = 10;
    private static final long UNLIMITED = 31_536_000;
    private static final String MARK = "asmp-pid:";
    private static final String SCRIPT = """
            echo "asmp-pid:$$" >&2
            n=$1; d=$2; l=$3; shift 3
            [ "$n" = 0 ] || eval "$(dd bs=1 count="$n" 2>/dev/null)"
            if [ -n "$d" ]; then cd -- "$d" || exit 125; fi
            if command -v timeout >/dev/null; then exec timeout -k 5 "$l" "$@"; fi
            exec "$@"
            """;
    private static final String KILL = """
            p=$1
            kill -0 "-$p" 2>/dev/null && t="-$p" || t="$p"
            kill -TERM "$t" 2>/dev/null
            i=0
            while kill -0 "$t" 2>/dev/null && [ $i -lt 30 ]; do sleep 0.1; i=$((i+1)); done
            kill -KILL "$t" 2>/dev/null
            exit 0
            """;

    private RemoteCommand() {}

    /** The words of a command; the text of {@link #environment} precedes its standard input. */
    static List<String> words(Exec command) {
        byte[] variables = environment(command.env());
        long limit = command.limit().isZero() ? UNLIMITED : Math.max(1, command.limit().toSeconds()) + GRACE;
        List<String> words = new ArrayList<>(List.of("sh", "-c", SCRIPT, "sh", Integer.toString(variables.length),
                command.directory() == null ? "" : command.directory(), Long.toString(limit)));
        words.addAll(command.argv());
        return words;
    }

    /** The words that end the processes of a command. */
    static List<String> kill(String pid) {
        return List.of("sh", "-c", KILL, "sh", pid);
    }

    /** The assignments of variables, for a shell. */
    static byte[] environment(Map<String, String> env) {
        StringBuilder text = new StringBuilder();
        env.forEach((name, value) -> text.append("export ").append(name).append('=').append(quoted(value))
                .append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** One line for a shell, which becomes these words, so that the end of the command is the shell's own. */
    static String line(List<String> words) {
        return "exec " + String.join(" ", words.stream().map(RemoteCommand::quoted).toList());
    }

    static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** Rounds a limit up to whole seconds for programs that know no others. */
    static long seconds(Duration limit) {
        return limit.isZero() ? 0 : limit.plusMillis(999).toSeconds();
    }

    /** Standard error of a command: keeps the process id for itself, and passes on the rest. */
    static final class Errors extends OutputStream {
        private static final int LONGEST = 8 * 1024;
        private final OutputStream out;
        private final CountDownLatch known = new CountDownLatch(1);
        private byte[] held = new byte[0];
        private volatile @Nullable String pid;

        Errors(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[]{(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
            if (known.getCount() == 0) {
                out.write(bytes, offset, length);
                return;
            }
            byte[] all = Arrays.copyOf(held, held.length + length);
            System.arraycopy(bytes, offset, all, held.length, length);
            held = all;
            String text = new String(held, StandardCharsets.ISO_8859_1);
            int mark = text.indexOf(MARK);
            int end = mark < 0 ? -1 : text.indexOf('\n', mark);
            if (end >= 0) {
                pid = text.substring(mark + MARK.length(), end).strip();
                known.countDown();
                out.write(held, 0, mark);
                out.write(held, end + 1, held.length - end - 1);
                held = new byte[0];
            } else if (held.length > LONGEST) {
                flushHeld();
            }
        }

        /** Passes on what was held back, where no process id came. */
        synchronized void flushHeld() throws IOException {
            known.countDown();
            out.write(held);
            held = new byte[0];
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        /** The process id, as soon as it is known; null where it does not come in time. */
        @Nullable
        String pid(Duration patience) {
            try {
                return known.await(patience.toMillis(), TimeUnit.MILLISECONDS) ? pid : null;
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return pid;
            }
        }
    }
}
