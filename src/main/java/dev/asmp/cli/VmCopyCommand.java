package dev.asmp.cli;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.vers.Exec;
import dev.asmp.vers.Outcome;
import dev.asmp.vers.VmTransport;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * {@code asmp vm cp} and {@code asmp vm put}: files between VMs and this machine, by a stream that is never held in memory.
 * What arrives is unpacked beside its destination and takes its place when it is complete.
 */
final class VmCopyCommand implements Command {
    private static final int PIPE = 1024 * 1024;
    private static final String PUT = """
            d=$(dirname -- "$1") && mkdir -p -- "$d" && umask 077 && t=$(mktemp -- "$d/.asmp-XXXXXX") || exit 1
            cat > "$t" && chmod "$2" -- "$t" && mv -f -- "$t" "$1" && exit 0
            rm -f -- "$t"; exit 1
            """;

    private final boolean isPut;

    VmCopyCommand(boolean isPut) {
        this.isPut = isPut;
    }

    @Override
    public CommandSpec spec() {
        return isPut
                ? new CommandSpec("vm put", "ID PATH", "write standard input to a file of a VM",
                        List.of(OptionSpec.value("--mode", "MODE", "its permissions, such as 0600 (0644)")),
                        List.of("asmp vm put 3f2a91c0-4b7e-4d0e-9a41-0c6b6b0d9f5e /etc/app.env --mode 0600 < app.env"))
                : new CommandSpec("vm cp", "FROM TO",
                        "copy a file or folder with modes, links and empty folders; a VM's is ID:PATH", List.of(),
                        List.of("asmp vm cp src 3f2a91c0-4b7e-4d0e-9a41-0c6b6b0d9f5e:/root/",
                                "asmp vm cp 3f2a91c0-4b7e-4d0e-9a41-0c6b6b0d9f5e:/var/log/app.log ."));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws IOException {
        if (arguments.operands().size() != 2) {
            throw new UsageError(isPut
                    ? "two operands are needed: the VM's ID and a PATH"
                    : "two operands are needed: FROM and TO");
        }
        String first = arguments.operands().getFirst();
        String second = arguments.operands().get(1);
        return isPut ? put(first, second, arguments, session) : copy(first, second, session);
    }

    private static int put(String id, String path, CommandArguments arguments, CommandContext session) {
        String mode = Objects.requireNonNullElse(arguments.value("--mode"), "0644");
        if (!mode.matches("0?[0-7]{3}")) {
            throw new UsageError("--mode must be octal, such as 0644");
        }
        try (VmDirect vm = VmDirect.open(id, session)) {
            VmTransport.Tail err = new VmTransport.Tail(4096);
            CopyEnd.check(vm.transport().stream(id, Exec.script(PUT, path, mode).within(Duration.ZERO), System.in,
                    OutputStream.nullOutputStream(), err), err);
        }
        return DONE;
    }

    private static int copy(String from, String to, CommandContext session) throws IOException {
        CopyEnd source = CopyEnd.of(from, session);
        CopyEnd target = CopyEnd.of(to, session);
        if (source instanceof CopyEnd.Here && target instanceof CopyEnd.Here) {
            throw new UsageError("one of the two must be in a VM, as ID:PATH");
        }
        Path name = Path.of(source.path().replaceFirst("(?<=.)/+$", "")).getFileName();
        if (name == null || name.toString().equals(".") || name.toString().equals("..")) {
            throw new UsageError("name what to copy: a file or a folder below another");
        }
        String transfer = UUID.randomUUID().toString().substring(0, 8);
        long bytes;
        try (Progress progress = new Progress("MiB copied:", session)) {
            bytes = transfer(source, target, transfer, progress);
        } catch (CommandFailure e) {
            target.run(CopyEnd.DROP, List.of(target.path(), transfer), null, OutputStream.nullOutputStream(),
                    OutputStream.nullOutputStream());
            throw e;
        }
        target.require(CopyEnd.TAKE, List.of(target.path(), transfer, name.toString()));
        if (session.json()) {
            session.printJson(
                    Json.write(Mapping.builder().put("from", from).put("to", to).put("bytes", bytes).build()));
        }
        close(source);
        close(target);
        return DONE;
    }

    private static void close(CopyEnd end) {
        if (end instanceof CopyEnd.InVm(_, _, VmDirect way)) {
            way.close();
        }
    }

    /** Lets the source's archive flow to the target; both must succeed. */
    private static long transfer(CopyEnd source, CopyEnd target, String transfer, Progress progress)
            throws IOException {
        VmTransport.Tail sourceErrors = new VmTransport.Tail(4096);
        VmTransport.Tail targetErrors = new VmTransport.Tail(4096);
        PipedInputStream in = new PipedInputStream(PIPE);
        Counting out = new Counting(new PipedOutputStream(in), progress);
        Outcome[] packed = new Outcome[1];
        Thread packing = Thread.ofPlatform().daemon().start(() -> {
            try (out) {
                packed[0] = source.run(CopyEnd.PACK, List.of(source.path()), null, out, sourceErrors);
            } catch (IOException _) {
                // The target reads no more; its outcome says why.
            }
        });
        Outcome unpacked = target.run(CopyEnd.UNPACK, List.of(target.path(), transfer), in,
                OutputStream.nullOutputStream(), targetErrors);
        in.close();
        try {
            packing.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        @Nullable
        Outcome sent = packed[0];
        boolean targetFailed = !unpacked.isSuccess() && targetErrors.bytes().length > 0 && sent != null
                && sent.isSuccess();
        if (!targetFailed && sent != null) {
            CopyEnd.check(sent, sourceErrors);
        }
        CopyEnd.check(unpacked, targetErrors);
        return out.count.get();
    }

    /** A stream that counts. */
    private static final class Counting extends FilterOutputStream {
        private final Progress progress;
        private final AtomicLong count = new AtomicLong();

        Counting(OutputStream out, Progress progress) {
            super(out);
            this.progress = progress;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[]{(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            progress.accept((int) (count.addAndGet(length) >> 20));
        }
    }
}
