package dev.asmp.vers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The usual way into VMs: the API's own commands and files where a VM has them, else SSH. What needs a stream of input goes
 * over SSH. Whether a VM has the API's helper is found out once.
 */
public final class VmTransports implements VmTransport {
    /** The variable that chooses one of the ways: {@code api}, {@code ssh}, or both as above. */
    public static final String VARIABLE = "ASMP_VERS_TRANSPORT";
    /** The longest time for TCP, TLS and SSH to connect. */
    public static final Duration CONNECTING = Duration.ofSeconds(20);

    private final ApiTransport api;
    private final SshTransport ssh;
    private final HostKeys hostKeys;
    private final Path stateFolder;
    private final boolean usesApi;
    private final boolean usesSsh;
    private final Set<String> withoutApi = ConcurrentHashMap.newKeySet();

    private VmTransports(VersSettings settings, VersApi api, Path stateFolder, @Nullable String choice,
            Duration connecting, boolean isBulk) {
        this.stateFolder = stateFolder;
        this.hostKeys = new HostKeys(stateFolder);
        this.api = new ApiTransport(api);
        this.ssh = new SshTransport(settings, api::sshKey, hostKeys, connecting, isBulk);
        this.usesApi = !"ssh".equals(choice);
        this.usesSsh = !"api".equals(choice);
    }

    /** The ways for commands and small files. */
    public static VmTransports of(VersSettings settings, VersApi api, Path stateFolder, @Nullable String choice) {
        return new VmTransports(settings, api, stateFolder, choice, CONNECTING, false);
    }

    /** The same with another limit for connections. */
    static VmTransports of(VersSettings settings, VersApi api, Path stateFolder, @Nullable String choice,
            Duration connecting) {
        return new VmTransports(settings, api, stateFolder, choice, connecting, false);
    }

    /** The way for moving many files: SSH. */
    public static VmTransports bulk(VersSettings settings, VersApi api, Path stateFolder) {
        return new VmTransports(settings, api, stateFolder, "ssh", CONNECTING, true);
    }

    @Override
    public Running start(String vm, Exec command, @Nullable InputStream stdin, OutputStream out, OutputStream err) {
        new VersSettings.VmId(vm);
        if (stdin == null || !usesSsh) {
            Running running = viaApi(vm, transport -> transport.start(vm, command, stdin, out, err));
            if (running != null) {
                return running;
            }
        }
        return ssh.start(vm, command, stdin, out, err);
    }

    @Override
    public boolean passesInput() {
        return usesSsh;
    }

    private @Nullable Running viaApi(String vm, Function<ApiTransport, Running> start) {
        if (!usesApi || withoutApi.contains(vm)) {
            return null;
        }
        try {
            return start.apply(api);
        } catch (VersException e) {
            if (usesSsh && isMissing(e)) {
                withoutApi.add(vm);
                return null;
            }
            return new SshTransport.Failed(new Outcome.TransportFailed(String.valueOf(e.getMessage())));
        }
    }

    private static boolean isMissing(VersException e) {
        return e.status() == 404 || e.status() == 405 || e.status() == 501;
    }

    @Override
    public void put(String vm, String path, byte[] content, int mode) throws IOException {
        if (usesApi && !withoutApi.contains(vm) && (content.length <= ApiTransport.LONGEST_FILE || !usesSsh)) {
            try {
                api.put(vm, path, content, mode);
                return;
            } catch (IOException e) {
                if (!usesSsh || !(e.getCause() instanceof VersException cause) || !isMissing(cause)) {
                    throw e;
                }
                withoutApi.add(vm);
            }
        }
        ssh.put(vm, path, content, mode);
    }

    @Override
    public byte[] get(String vm, String path, int most) throws IOException {
        return ApiTransport.Files.read(this, vm, path, most);
    }

    @Override
    public void close(String vm) {
        ssh.close(vm);
        withoutApi.remove(vm);
    }

    /** Forgets also the pinned host key of a VM, which is deleted. */
    @Override
    public void forget(String vm) {
        close(vm);
        try {
            hostKeys.forget(vm);
            SshKeyFile.delete(stateFolder, vm);
        } catch (IOException _) {
            // Files about a VM that does not exist any more do no harm.
        }
    }

    @Override
    public void close() {
        ssh.close();
    }
}
