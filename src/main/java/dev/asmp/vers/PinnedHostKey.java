package dev.asmp.vers;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.UserInfo;
import dev.asmp.document.IoReason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The pinned host key of a VM as JSch asks for it. */
final class PinnedHostKey implements HostKeyRepository {
    private final String vm;
    private final HostKeys pins;
    private @Nullable String problem;

    PinnedHostKey(String vm, HostKeys pins) {
        this.vm = vm;
        this.pins = pins;
    }

    /** Why the key was refused; null where it was not. */
    @Nullable
    String problem() {
        return problem;
    }

    @Override
    public int check(String host, byte[] key) {
        try {
            if (pins.isPinned(vm, key)) {
                return OK;
            }
            problem = "the host key of VM " + vm + " is another one than before (" + HostKeys.fingerprint(key)
                    + "): something else may answer in its place";
        } catch (IOException e) {
            problem = "the host key of VM " + vm + " cannot be pinned: " + IoReason.of(e);
        }
        return CHANGED;
    }

    @Override
    public void add(HostKey key, UserInfo user) {}

    @Override
    public void remove(String host, String type) {}

    @Override
    public void remove(String host, String type, byte[] key) {}

    @Override
    public String getKnownHostsRepositoryID() {
        return "vers";
    }

    @Override
    public HostKey[] getHostKey() {
        return new HostKey[0];
    }

    @Override
    public HostKey[] getHostKey(String host, String type) {
        return new HostKey[0];
    }
}
