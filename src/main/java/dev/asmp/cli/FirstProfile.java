package dev.asmp.cli;

import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.ScanPath;
import dev.asmp.manifest.Schemas;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A host profile to begin with: the name of this host, what kind of machine it seems to be, and where code lies on it. */
final class FirstProfile {
    private static final Pattern VIRTUAL = Pattern.compile("qemu|kvm|vmware|virtualbox|innotek|xen|bochs|parallels"
            + "|openstack|virtual machine|amazon ec2|google compute|firecracker|hvm domu");
    /** The chassis types of firmware that are mounted in racks: servers, blades and their like. */
    private static final List<String> RACKS = List.of("17", "22", "23", "25", "28", "29");

    private FirstProfile() {}

    static String yaml(Environment environment, @Nullable String hostId) {
        List<String> paths = HostProfile.defaults(environment).discovery().scanPaths().stream().map(ScanPath::written)
                .toList();
        return FirstManifest.SCHEMA + Schemas.url(Schemas.PROFILE) + "\n" + FirstManifest.line("asmp", Manifest.VERSION)
                + "kind: host\n\n# A name that stays the same when the machine gets a new address.\n"
                + FirstManifest.line("host_id", hostId == null ? environment.hostName() : hostId)
                + "\n# personal_computer, server, homelab or vm\n"
                + FirstManifest.line("device_class", deviceClass(environment.files()))
                + "\n# Folders below which asmp.yaml and infra/asmp.yaml are looked for, and how often.\n"
                + (paths.isEmpty() ? "# discovery: {scan_paths: [~/src], interval: 5m}\n" : discovery(paths))
                + "\n# Also: registry, policy, health, observability, federation.\n";
    }

    private static String discovery(List<String> paths) {
        return Yaml.write(Mapping.builder().put("discovery", Mapping.builder()
                .put("scan_paths", Sequence.ofTexts(paths)).put("interval", "5m").build()).build());
    }

    /** A guess, from what the firmware and the processor say of themselves. */
    private static String deviceClass(FileSystem files) {
        String firmware = "/sys/class/dmi/id/";
        String maker = FileExcerpt.text(files.getPath(firmware, "sys_vendor"))
                + FileExcerpt.text(files.getPath(firmware, "product_name"));
        boolean hypervisor = Pattern.compile("(?m)^flags\\s.* hypervisor\\b")
                .matcher(FileExcerpt.text(files.getPath("/proc/cpuinfo"))).find();
        if (hypervisor || VIRTUAL.matcher(maker.toLowerCase(Locale.ROOT)).find()
                || Files.exists(files.getPath("/.dockerenv")) || Files.exists(files.getPath("/run/.containerenv"))) {
            return "vm";
        }
        return RACKS.contains(FileExcerpt.text(files.getPath(firmware, "chassis_type")).strip())
                ? "server"
                : "personal_computer";
    }
}
