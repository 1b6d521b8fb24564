package dev.asmp.vm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page of a list, and the position after which the next one begins; null at the end. */
public record VmPage(List<VmEntry> vms, @Nullable String next) {
    public VmPage {
        vms = List.copyOf(vms);
    }
}
