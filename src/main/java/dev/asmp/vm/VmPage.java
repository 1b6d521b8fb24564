package dev.asmp.vm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a list, and the place after which the next part begins; null where there is no more. */
public record VmPage(List<VmEntry> vms, @Nullable String next) {
    public VmPage {
        vms = List.copyOf(vms);
    }
}
