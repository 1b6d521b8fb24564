package dev.asmp.vm;

import dev.asmp.manifest.VmRole;
import dev.asmp.manifest.VmStatus;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which VMs to list: those of a role, of a status (running leaves out stale ones), with a text in what they say; at most so
 * many of them, and only those that come after a place in the list.
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

    /** The same, but at most so many. */
    public VmQuery upTo(int most) {
        return new VmQuery(role, status, text, most, after);
    }

    /** The same, but only those that come after a place in the list. */
    public VmQuery after(@Nullable String place) {
        return new VmQuery(role, status, text, limit, place);
    }

    /** Whether the filters let this entry pass, as far as it says itself. */
    boolean matches(VmEntry vm) {
        return (role == null || role == vm.role()) && (status == null || status == vm.status())
                && (text == null || vm.mentions(text));
    }
}
