package dev.asmp.vers;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import dev.asmp.document.IoReason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Commands over SSH inside TLS. A VM has one session with many channels, which is closed when it is idle, and opened again
 * once where it turns out to be dead. Its host key is pinned by the VM's id; a key that it refuses is asked for again once.
 */
final class SshTransport implements VmTransport {
    /** Fewer than an SSH server's usual limit, so that commands can still be ended. */
    private static final int CHANNELS = 8;
    private static final int ALIVE_MILLIS = 15_000;
    private static final int ALIVE_COUNT = 4;
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final VersSettings settings;
    private final Function<String, VersApi.SshKey> keys;
    private final HostKeys hostKeys;
    private final Duration connecting;
    private final boolean isBulk;
    private final Map<String, Pooled> sessions = new ConcurrentHashMap<>();
    private final Map<String, VersApi.SshKey> known = new ConcurrentHashMap<>();
    private final Map<String, Object> locks = new ConcurrentHashMap<>();

    /** @param isBulk whether it moves files, which is faster without names of signals */
    SshTransport(VersSettings settings, Function<String, VersApi.SshKey> keys, HostKeys hostKeys, Duration connecting,
            boolean isBulk) {
        this.settings = settings;
        this.keys = keys;
        this.hostKeys = hostKeys;
        this.connecting = connecting;
        this.isBulk = isBulk;
    }

    /** A session with the number of its channels. */
    static final class Pooled {
        final Session session;
        final Map<Integer, String> signals;
        final Semaphore channels = new Semaphore(CHANNELS);
        final AtomicInteger active = new AtomicInteger();
        volatile long lastUse = System.nanoTime();

        Pooled(Session session, Map<Integer, String> signals) {
            this.session = session;
            this.signals = signals;
        }
    }

    @Override
    public Running start(String vm, Exec command, @Nullable InputStream stdin, OutputStream out, OutputStream err) {
        return begin(vm, RemoteCommand.line(RemoteCommand.words(command)), command, stdin, out, err);
    }

    private Running begin(String vm, String line, Exec command, @Nullable InputStream stdin, OutputStream out,
            OutputStream err) {
        for (int tried = 0;; tried++) {
            Pooled pooled = null;
            try {
                pooled = session(vm);
                pooled.channels.acquire();
                pooled.active.incrementAndGet();
                ChannelExec channel = (ChannelExec) pooled.session.openChannel("exec");
                Pooled session = pooled;
                SshJob job = new SshJob(channel, pooled, command, stdin, out, err, () -> release(session),
                        pid -> kill(vm, pid));
                job.connect(line, (int) connecting.toMillis());
                return job;
            } catch (JSchException | IOException e) {
                if (pooled != null) {
                    release(pooled);
                    drop(vm, pooled);
                }
                if (pooled == null || tried > 0) {
                    return Failed.because(e);
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return new Failed(new Outcome.Aborted());
            }
        }
    }

    /** A command that did not begin. */
    record Failed(Outcome await) implements Running {
        static Failed because(Exception e) {
            return new Failed(new Outcome.TransportFailed(IoReason.of(e)));
        }

        @Override
        public void abort() {}
    }

    private static void release(Pooled pooled) {
        pooled.lastUse = System.nanoTime();
        pooled.active.decrementAndGet();
        pooled.channels.release();
    }

    private void kill(String vm, String pid) {
        Exec command = Exec.of("kill");
        begin(vm, RemoteCommand.line(RemoteCommand.kill(pid)), command.within(Duration.ofSeconds(8)), null,
                OutputStream.nullOutputStream(), OutputStream.nullOutputStream()).await();
    }

    private Pooled session(String vm) throws IOException, JSchException {
        synchronized (lock(vm)) {
            Pooled pooled = sessions.get(vm);
            if (pooled != null && pooled.session.isConnected()) {
                return pooled;
            }
            pooled = connected(vm);
            sessions.put(vm, pooled);
            Pooled made = pooled;
            Thread.ofVirtual().name("vm-idle").start(() -> closeWhenIdle(vm, made));
            return pooled;
        }
    }

    private Object lock(String vm) {
        return locks.computeIfAbsent(vm, _ -> new Object());
    }

    private Pooled connected(String vm) throws IOException, JSchException {
        try {
            VersApi.SshKey key = known.get(vm);
            try {
                return connected(vm, key == null ? keys.apply(vm) : key);
            } catch (JSchException e) {
                if (!isRefusal(e)) {
                    throw e;
                }
                known.remove(vm);
                return connected(vm, keys.apply(vm));
            }
        } catch (VersException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static boolean isRefusal(JSchException e) {
        return String.valueOf(e.getMessage()).startsWith("Auth fail");
    }

    private Pooled connected(String vm, VersApi.SshKey key) throws JSchException {
        JSch ssh = new JSch();
        ssh.addIdentity(vm, key.pem().getBytes(StandardCharsets.US_ASCII), null, null);
        Session session = ssh.getSession(settings.user(), settings.hostOf(vm), settings.port());
        PinnedHostKey pin = new PinnedHostKey(vm, hostKeys);
        session.setProxy(new VmProxy(vm, settings));
        session.setHostKeyRepository(pin);
        session.setConfig("StrictHostKeyChecking", "yes");
        session.setConfig("PreferredAuthentications", "publickey");
        session.setDaemonThread(true);
        Map<Integer, String> signals = isBulk ? Map.of() : ExitSignals.watch(session);
        session.setServerAliveInterval(ALIVE_MILLIS);
        session.setServerAliveCountMax(ALIVE_COUNT);
        try {
            session.connect((int) connecting.toMillis());
        } catch (JSchException e) {
            session.disconnect();
            throw pin.problem() == null ? e : new JSchException(pin.problem(), e);
        }
        known.put(vm, key);
        return new Pooled(session, signals);
    }

    private void closeWhenIdle(String vm, Pooled pooled) {
        try {
            while (pooled.session.isConnected()) {
                long unused = System.nanoTime() - pooled.lastUse;
                if (pooled.active.get() == 0 && unused > IDLE.toNanos()) {
                    drop(vm, pooled);
                    return;
                }
                TimeUnit.NANOSECONDS.sleep(Math.max(IDLE.toNanos() - unused, 1_000_000_000L));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void drop(String vm, Pooled pooled) {
        sessions.remove(vm, pooled);
        pooled.session.disconnect();
    }

    @Override
    public void put(String vm, String path, byte[] content, int mode) throws IOException {
        Exec command = Exec.script("""
                d=$(dirname -- "$1") && mkdir -p -- "$d" && umask 077 && t=$(mktemp -- "$d/.asmp-XXXXXX") || exit 1
                cat > "$t" && [ "$(wc -c < "$t")" -eq "$3" ] && chmod "$2" -- "$t" && mv -f -- "$t" "$1" && exit 0
                rm -f -- "$t"; exit 1
                """, path, Integer.toOctalString(mode), Integer.toString(content.length));
        ApiTransport.Files.check(exec(vm, command, new ByteArrayInputStream(content)), path);
    }

    @Override
    public byte[] get(String vm, String path, int most) throws IOException {
        return ApiTransport.Files.read(this, vm, path, most);
    }

    @Override
    public void close(String vm) {
        Pooled pooled = sessions.remove(vm);
        known.remove(vm);
        if (pooled != null) {
            pooled.session.disconnect();
        }
    }

    @Override
    public void close() {
        sessions.keySet().forEach(this::close);
    }
}
