package dev.asmp.faults;

import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.TestClock;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.registry.Discoveries;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Registry;
import dev.asmp.vm.EmbeddedVmStore;
import dev.asmp.vm.VmQuery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The engines that keep state, opened over one disk. */
final class Engines implements AutoCloseable {
    private static final HostProfile ASKING = HostProfile.of(
            Yaml.read("{host_id: box, device_class: vm, policy: {requires_approval: true}}"),
            new Environment(Map.of("HOME", "/nowhere"), FileSystems.getDefault()));
    private static final byte[] CLOSE = "}".getBytes(StandardCharsets.US_ASCII);

    final Registry registry;
    final EmbeddedVmStore vms;
    final Discoveries notes;
    final Path home;

    /** What does not end with a process: time, and what the owner wants. */
    static final class World {
        final TestClock clock = TestClock.somewhen();
        private boolean asks;

        synchronized void pass(Duration time) {
            clock.advance(time);
        }

        synchronized void requireApproval(boolean yes) {
            asks = yes;
        }

        synchronized HostProfile profile() {
            return asks ? ASKING : Manifests.BOX;
        }
    }

    /** One service as it is known: what it says, in which status, in which generation. */
    record Known(String content, String status, long generation) {
        static @Nullable Known of(@Nullable Entry entry) {
            if (entry == null) {
                return null;
            }
            Mapping all = (Mapping) Json.read(entry.json(Instant.EPOCH, CLOSE));
            String content = new String(Json.write(all.without(List.of("generation", "status", "last_seen"))),
                    StandardCharsets.UTF_8);
            return new Known(content, entry.state().status().word(), entry.state().generation());
        }

        boolean says(String text) {
            return content.contains(text);
        }

        boolean saysTheSame(@Nullable Known other) {
            return other != null && content.equals(other.content) && status.equals(other.status);
        }
    }

    /** What is known under a name: a service, a proposal, both or neither. */
    record View(@Nullable Known service, @Nullable Known proposal) {
        static final View NOTHING = new View(null, null);

        boolean isEmpty() {
            return service == null && proposal == null;
        }

        boolean says(String text) {
            return (service != null && service.says(text)) || (proposal != null && proposal.says(text));
        }

        long served() {
            return service == null ? 0 : service.generation;
        }

        long generation() {
            return Math.max(served(), proposal == null ? 0 : proposal.generation);
        }

        /** Whether this is the same, and no generation went back. */
        boolean holds(View before) {
            return holds(before.service, service) && holds(before.proposal, proposal);
        }

        private static boolean holds(@Nullable Known before, @Nullable Known now) {
            return before == null
                    ? now == null
                    : before.saysTheSame(now) && now != null && now.generation >= before.generation;
        }
    }

    /** All that the engines know. */
    record State(Map<String, View> services, Map<String, String> replaced, List<String> notes, Map<String, String> vms,
            List<String> order) {
        static final State EMPTY = new State(Map.of(), Map.of(), List.of(), Map.of(), List.of());

        View of(String name) {
            return services.getOrDefault(name, View.NOTHING);
        }
    }

    Engines(Disk disk, World world) throws IOException {
        home = home(disk);
        registry = Registries.open(home, world.clock, world::profile, _ -> {}, _ -> {});
        try {
            vms = new EmbeddedVmStore(home.resolve(EmbeddedVmStore.FILE), world.clock, world.clock::nanos,
                    Registries.queue(), 1L << 30, _ -> {});
        } catch (IOException e) {
            registry.close();
            throw e;
        }
        notes = Registries.notes(home.resolve(Discoveries.FILE), world.clock);
    }

    private static Path home(Disk disk) {
        return disk.files().getPath("/home/asmp");
    }

    /** A disk with an empty state folder. */
    static Disk emptyDisk(Disk disk) throws IOException {
        Files.createDirectories(home(disk));
        return disk.afterCut(Survival.Mode.EVERYTHING, new Random(0));
    }

    Path file(String name) {
        return registry.pathOf(name);
    }

    State state() {
        Map<String, View> services = new TreeMap<>();
        var catalog = registry.catalog();
        catalog.entries().forEach(entry -> services.put(entry.name(), new View(Known.of(entry), null)));
        catalog.proposals().forEach(proposal -> services.merge(proposal.name(),
                new View(null, Known.of(proposal.entry())), (both, _) -> new View(both.service,
                        Known.of(proposal.entry()))));
        Map<String, String> texts = new TreeMap<>();
        var listed = vms.list(VmQuery.ALL).vms().reversed();
        listed.forEach(vm -> texts.put(vm.id(), new String(
                Json.write(vm.document().without(List.of("lastSeen"))), StandardCharsets.UTF_8)));
        Map<String, String> replaced = new TreeMap<>();
        History.NAMES.stream().filter(name -> catalog.replacedSource(name) != null)
                .forEach(name -> replaced.put(name, String.valueOf(catalog.replacedSource(name))));
        return new State(services, replaced,
                Registries.all(notes).stream().map(note -> String.valueOf(note.text("name"))).toList(), texts,
                listed.stream().map(vm -> vm.id()).toList());
    }

    @Override
    public void close() {
        registry.close();
        vms.close();
    }
}
