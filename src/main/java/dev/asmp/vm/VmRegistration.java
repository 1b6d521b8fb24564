package dev.asmp.vm;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.VmRole;
import dev.asmp.manifest.VmStatus;
import org.jspecify.annotations.Nullable;

/** A checked registration of a VM. */
public record VmRegistration(String id, String name, VmRole role, VmStatus status, String address,
        @Nullable Sequence services, @Nullable Mapping metadata, String registeredBy, Mapping more) {

    /** Checks the body of a registration; errors are in the words of the contract. */
    public static VmRegistration of(Document body) {
        Mapping mapping = VmRules.object(body);
        String id = VmRules.required(mapping, "id");
        String name = VmRules.required(mapping, "name");
        VmRules.requireRole(mapping);
        String address = VmRules.required(mapping, "address");
        String registeredBy = VmRules.required(mapping, "registeredBy");
        VmRole role = VmRules.role(mapping);
        VmStatus status = VmRules.isMissing(mapping.get("status")) ? VmStatus.RUNNING : VmRules.status(mapping);
        return new VmRegistration(id, name, role, status, address, VmRules.services(mapping),
                VmRules.metadata(mapping), registeredBy, VmRules.more(mapping));
    }
}
