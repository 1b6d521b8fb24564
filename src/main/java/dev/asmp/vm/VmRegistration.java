package dev.asmp.vm;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import org.jspecify.annotations.Nullable;

/** What a VM says when it registers, checked. */
public record VmRegistration(String id, String name, VmRole role, VmStatus status, String address,
        @Nullable Sequence services, @Nullable Mapping metadata, String registeredBy) {

    /** Takes the body of a registration; what is wrong with it is refused in the words of the contract. */
    public static VmRegistration of(Document body) {
        Mapping mapping = VmFields.object(body);
        String id = VmFields.required(mapping, "id");
        String name = VmFields.required(mapping, "name");
        VmFields.requireRole(mapping);
        String address = VmFields.required(mapping, "address");
        String registeredBy = VmFields.required(mapping, "registeredBy");
        VmRole role = VmFields.role(mapping);
        VmStatus status = VmFields.isMissing(mapping.get("status")) ? VmStatus.RUNNING : VmFields.status(mapping);
        return new VmRegistration(id, name, role, status, address, VmFields.services(mapping),
                VmFields.metadata(mapping), registeredBy);
    }
}
