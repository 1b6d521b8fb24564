package dev.asmp.vm;

import dev.asmp.manifest.VmRole;
import dev.asmp.manifest.VmStatus;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A filtered page of VMs: by role, by status (running leaves out stale ones), by a text; with a limit, and after a position in
 * the list.
 */
public record VmQuery(@Nullable VmRole role, @Nullable VmStatus status, @Nullable String text, int limit,
        @Nullable String after) {
    public static final int NO_LIMIT = Integer.MAX_VALUE;
    /** All of them. */
    public static final VmQuery ALL = new VmQuery(null, null, null, NO_LIMIT, null);

    public VmQuery {
        if (limit < 1) {
            throw VmRules.invalid("limit must be a number from 1 on");
        }
        text = text == null ? null : text.strip().toLowerCase(Locale.ROOT);
    }

    /** The same with this limit. */
    public VmQuery upTo(int most) {
        return new VmQuery(role, status, text, most, after);
    }

    /** The same from this position on. */
    public VmQuery after(@Nullable String place) {
        return new VmQuery(role, status, text, limit, place);
    }

    /** Tells whether an entry passes the filters; the entry does not say whether it is stale. */
    boolean matches(VmEntry vm) {
        return (role == null || role == vm.role()) && (status == null || status == vm.status())
                && (text == null || vm.mentions(text));
    }
}
