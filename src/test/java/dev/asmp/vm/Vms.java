package dev.asmp.vm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.VmRole;
import dev.asmp.manifest.VmStatus;
import java.util.Collection;
import java.util.List;

/** What tests say about VMs. */
final class Vms {
    private Vms() {}

    static Document json(String text) {
        return Json.read(text.replace('\'', '"').getBytes(UTF_8));
    }

    static String text(VmEntry vm) {
        return new String(vm.json(), UTF_8);
    }

    /** A registration with what is required, and more keys with single quotes if need be. */
    static VmRegistration vm(String id, String more) {
        return VmRegistration.of(json("{'id':'" + id + "','name':'name of " + id + "','role':'worker','address':'" + id
                + ".vm.vers.sh','registeredBy':'test'" + (more.isEmpty() ? "" : "," + more) + "}"));
    }

    static VmRegistration vm(String id) {
        return vm(id, "");
    }

    static VmRegistration named(String id, String name) {
        VmRegistration vm = vm(id);
        return new VmRegistration(id, name, vm.role(), vm.status(), vm.address(), null, null, vm.registeredBy(),
                Mapping.EMPTY);
    }

    static VmRegistration of(String id, VmRole role, VmStatus status) {
        VmRegistration vm = vm(id);
        return new VmRegistration(id, vm.name(), role, status, vm.address(), null, null, vm.registeredBy(),
                Mapping.EMPTY);
    }

    static VmPatch patch(String text) {
        return VmPatch.of(json(text));
    }

    static List<String> ids(Collection<VmEntry> vms) {
        return vms.stream().map(VmEntry::id).toList();
    }
}
