package dev.asmp.vm;

import dev.asmp.document.Document;
import dev.asmp.document.HeapCost;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.VmStatus;
import org.jspecify.annotations.Nullable;

/** A checked patch of a VM: null stays as it is, services and metadata are replaced whole. */
public record VmPatch(@Nullable String name, @Nullable VmStatus status, @Nullable String address,
        @Nullable Replacement<Sequence> services, @Nullable Replacement<Mapping> metadata,
        @Nullable String instance) {

    /** A patch that leaves the instance as it is. */
    public VmPatch(@Nullable String name, @Nullable VmStatus status, @Nullable String address,
            @Nullable Replacement<Sequence> services, @Nullable Replacement<Mapping> metadata) {
        this(name, status, address, services, metadata, null);
    }

    /** A field's new value; null removes the field. */
    public record Replacement<T extends Document>(@Nullable T value) {
        private static long bytes(@Nullable Replacement<?> field) {
            return field == null || field.value == null ? 0 : HeapCost.of(field.value);
        }
    }

    /** An estimate of the memory that it takes. */
    public long heapBytes() {
        return Replacement.bytes(services) + Replacement.bytes(metadata);
    }

    /** Takes the body of a PATCH; keys that may not change are ignored. */
    public static VmPatch of(Document body) {
        Mapping mapping = VmRules.object(body);
        String name = VmRules.replacing(mapping, "name");
        String address = VmRules.replacing(mapping, "address");
        VmStatus status = mapping.get("status") == null ? null : VmRules.status(mapping);
        return new VmPatch(name, status, address,
                mapping.get("services") == null ? null : new Replacement<>(VmRules.services(mapping)),
                mapping.get("metadata") == null ? null : new Replacement<>(VmRules.metadata(mapping)),
                VmRules.instance(mapping));
    }
}
