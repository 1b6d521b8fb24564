package dev.asmp.fleet;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.manifest.VmRole;
import dev.asmp.store.RefusedException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A VM to be made: from an image, from a commit, or as a branch of a VM.
 *
 * @param kind how it is made
 * @param from the commit, tag or reference, or the VM to branch; null for an image
 * @param count how many; more than one for branches only
 * @param name what it is called in the registry; null for a name made of its id
 * @param parent the VM that asked for it; null for this host
 * @param size {@code cpus, memory_mib, disk_mib, image} for one from an image
 * @param waits whether to wait until it has booted
 * @param ephemeral whether it is deleted when nothing renews its lease
 * @param more facts to be recorded with it
 */
public record VmRequest(Kind kind, @Nullable String from, int count, @Nullable String name, VmRole role,
        @Nullable String parent, Mapping size, boolean waits, boolean ephemeral, Mapping more) {
    private static final int MOST = 50;

    /** The ways to make a VM. */
    public enum Kind {
        ROOT, RESTORE, BRANCH;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public VmRequest {
        if ((from == null) != (kind == Kind.ROOT)) {
            throw invalid("a VM is made from an image, a commit or a VM, and from one of them only");
        }
        if (count < 1 || count > MOST || (count > 1 && kind != Kind.BRANCH)) {
            throw invalid("count: a branch makes 1 to " + MOST + " VMs, everything else one");
        }
    }

    /** A VM from a commit, which an agent will run in. */
    public static VmRequest restore(String commit, String name, VmRole role, @Nullable String parent, Mapping more) {
        return new VmRequest(Kind.RESTORE, commit, 1, name, role, parent, Mapping.EMPTY, true, false, more);
    }

    /** Reads the body of a request: {@code {from | branch_of, count, name, role, parent, cpus, …}}. */
    public static VmRequest of(Mapping body) {
        String from = body.text("from");
        String branchOf = body.text("branch_of");
        if (from != null && branchOf != null) {
            throw invalid("from and branch_of exclude each other");
        }
        VmRole role = body.text("role") == null ? VmRole.CUSTOM : VmRole.of(body.text("role"));
        if (role == null) {
            throw invalid("role: must be one of " + String.join(", ", VmRole.WORDS));
        }
        String count = body.text("count");
        if (count != null && !count.matches("[0-9]{1,4}")) {
            throw invalid("count: must be a whole number");
        }
        Mapping.Builder size = Mapping.builder();
        for (String key : List.of("cpus", "memory_mib", "disk_mib")) {
            String number = body.text(key);
            if (number != null && !number.matches("[1-9][0-9]{0,8}")) {
                throw invalid(key + ": must be a whole number greater than 0");
            }
            size.put(key, body.get(key));
        }
        size.put("image", body.text("image"));
        return new VmRequest(branchOf != null ? Kind.BRANCH : from != null ? Kind.RESTORE : Kind.ROOT,
                branchOf != null ? branchOf : from, count == null ? 1 : Integer.parseInt(count), body.text("name"),
                role, body.text("parent"), size.build(), isTrue(body, "wait"), isTrue(body, "ephemeral"),
                body.mapping("facts"));
    }

    private static boolean isTrue(Mapping body, String key) {
        return body.get(key) instanceof Scalar flag && flag.isTrue();
    }

    static RefusedException invalid(String message) {
        return new RefusedException(RefusedException.Reason.INVALID, message);
    }

    @Nullable
    Integer size(String key) {
        String number = size.text(key);
        return number == null ? null : Integer.valueOf(number);
    }
}
