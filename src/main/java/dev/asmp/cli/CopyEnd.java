package dev.asmp.cli;

import dev.asmp.document.IoReason;
import dev.asmp.vers.Exec;
import dev.asmp.vers.Outcome;
import dev.asmp.vers.VmTransport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One end of a copy: a path in a VM, or on this machine. Both run the same scripts, whose words no shell reads. */
sealed interface CopyEnd {
    /** Packs what is at the path, without its parents. */
    String PACK = """
            [ -e "$1" ] || [ -L "$1" ] || { echo "there is no $1" >&2; exit 1; }
            p=${1%/}; d=$(dirname -- "$p") && b=$(basename -- "$p") && exec tar -C "$d" -cf - "./$b"
            """;
    /** Unpacks beside the destination; what arrived takes its place only with {@link #TAKE}. */
    String UNPACK = """
            dst=$1
            case "$dst" in */) mkdir -p -- "$dst" || exit 1;; esac
            if [ -d "$dst" ]; then p=$dst; else p=$(dirname -- "$dst"); fi
            mkdir -p -- "$p" && t="$p/.asmp-cp-$2" && mkdir -m 700 -- "$t" && exec tar -C "$t" -xpof -
            """;
    /** Moves what was unpacked to the destination. */
    String TAKE = """
            dst=$1
            if [ -d "$dst" ]; then p=$dst; else p=$(dirname -- "$dst"); fi
            t="$p/.asmp-cp-$2"; b=$3
            if [ "$p" = "$dst" ]; then dst="$p/$b"; fi
            if [ -d "$dst" ] && [ ! -L "$dst" ]; then
              if [ -d "$t/$b" ] && [ ! -L "$t/$b" ]; then cp -a "$t/$b/." "$dst/" || exit 1
              else echo "$dst is a folder" >&2; rm -rf -- "$t"; exit 1; fi
            else mv -f -- "$t/$b" "$dst" || exit 1; fi
            rm -rf -- "$t"
            """;
    /** Removes what arrived of a copy that broke. */
    String DROP = """
            if [ -d "$1" ]; then p=$1; else p=$(dirname -- "$1"); fi; rm -rf -- "$p/.asmp-cp-$2"
            """;

    String path();

    /** Runs a script; its errors are kept. */
    Outcome run(String script, List<String> words, @Nullable InputStream in, OutputStream out, OutputStream err);

    /** Reads {@code VM:PATH}, or a path of this machine: one with a slash before the first colon. */
    static CopyEnd of(String written, CommandContext session) {
        int colon = written.indexOf(':');
        if (colon < 1 || written.substring(0, colon).contains("/")) {
            return new Here(written);
        }
        String path = written.substring(colon + 1);
        return new InVm(written.substring(0, colon), path.isEmpty() ? "." : path, session);
    }

    /** A path of this machine. */
    record Here(String path) implements CopyEnd {
        @Override
        public Outcome run(String script, List<String> words, @Nullable InputStream in, OutputStream out,
                OutputStream err) {
            List<String> argv = new ArrayList<>(List.of("sh", "-c", script, "sh"));
            argv.addAll(words);
            try {
                Process process = new ProcessBuilder(argv).start();
                Thread input = Thread.ofVirtual().start(() -> feed(in, process));
                Thread errors = Thread.ofVirtual().start(() -> drain(process.getErrorStream(), err));
                try (InputStream output = process.getInputStream()) {
                    drain(output, out);
                } // closed, so that a program whose output is not read any more ends
                errors.join();
                int code = process.waitFor();
                input.interrupt();
                return new Outcome.Exited(code);
            } catch (IOException e) {
                return new Outcome.TransportFailed(IoReason.of(e));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return new Outcome.Aborted();
            }
        }

        private static void feed(@Nullable InputStream in, Process process) {
            try (OutputStream to = process.getOutputStream()) {
                if (in != null) {
                    in.transferTo(to);
                }
            } catch (IOException _) {
                // The program reads no more; its exit code says why.
            }
        }

        private static void drain(InputStream from, OutputStream to) {
            try {
                from.transferTo(to);
            } catch (IOException _) {
                // The other end reads no more; its outcome says why.
            }
        }
    }

    /** A path in a VM. */
    record InVm(String vm, String path, VmDirect way) implements CopyEnd {
        InVm(String vm, String path, CommandContext session) {
            this(vm, path, VmDirect.open(vm, session));
        }

        @Override
        public Outcome run(String script, List<String> words, @Nullable InputStream in, OutputStream out,
                OutputStream err) {
            List<String> argv = new ArrayList<>(List.of("sh", "-c", script, "sh"));
            argv.addAll(words);
            VmTransport transport = way.transport();
            return transport.stream(vm, new Exec(argv, Map.of(), null, Duration.ZERO), in, out, err);
        }
    }

    /** Runs a script that must succeed. */
    default void require(String script, List<String> words) {
        VmTransport.Tail err = new VmTransport.Tail(4096);
        check(run(script, words, null, OutputStream.nullOutputStream(), err), err);
    }

    /** Fails with what a program said, unless it succeeded. */
    static void check(Outcome outcome, VmTransport.Tail err) {
        if (!outcome.isSuccess()) {
            String said = new String(err.bytes(), StandardCharsets.UTF_8).strip();
            throw new CommandFailure("nothing was copied: "
                    + Terminal.clean(outcome instanceof Outcome.Exited && !said.isEmpty() ? said : outcome.shown()));
        }
    }
}
