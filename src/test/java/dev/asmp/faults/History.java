package dev.asmp.faults;

import dev.asmp.Manifests;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.faults.Engines.State;
import dev.asmp.faults.Engines.View;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Mod;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Precondition;
import dev.asmp.registry.Proposal;
import dev.asmp.registry.Sync;
import dev.asmp.vm.VmPatch;
import dev.asmp.vm.VmRegistration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Random changes of every kind over one disk, one after the other. The same seed makes the same changes.
 */
final class History extends Answers {
    static final List<String> NAMES = List.of("mail", "fax", "telex", "post");
    private static final List<String> IDS = List.of("vm-1", "vm-2", "vm-3");

    private final Random random;
    private int token;

    History(Random random, Engines.World world, Disk disk, Engines engines) {
        super(disk, world, engines);
        this.random = random;
    }

    /** Does one more thing. */
    void step() throws IOException {
        switch (random.nextInt(22)) {
            case 14 -> edit();
            case 21 -> restart();
            default -> change();
        }
    }

    /** Asks for one more change. */
    void change() throws IOException {
        refused = false;
        switch (random.nextInt(22)) {
            case 20 -> undo();
            case 21 -> sayGoodbye();
            case 0, 1, 2, 3 -> announce();
            case 4, 5 -> register();
            case 6 -> patch();
            case 7, 8 -> sight();
            case 9, 10 -> remove();
            case 11 -> mod();
            case 12 -> world.requireApproval(random.nextBoolean());
            case 13 -> decide();
            case 14 -> note();
            case 15, 16, 17, 18 -> vm();
            default -> time();
        }
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private String newToken() {
        return "t" + ++token + ".";
    }

    private Manifest manifest(String name, String said) {
        return Manifests.of(name, said, name + ".use", said + "do");
    }

    private static BiPredicate<View, View> saying(String said) {
        return (_, found) -> found.says(said);
    }

    private void announce() throws IOException {
        String name = any(NAMES);
        boolean again = random.nextInt(3) == 0;
        Entry entry = engines.registry.catalog().find(name);
        String said = newToken();
        Manifest manifest = again && entry != null ? entry.manifest() : manifest(name, said);
        Duration ttl = random.nextInt(4) == 0 ? Duration.ofMinutes(1 + random.nextInt(10)) : null;
        attempt("announce " + name + " " + (again ? "again" : said), Set.of(name),
                (before, found) -> found.says(again ? name : said),
                () -> engines.registry.announce(new Claim.Announcement(manifest, ttl)));
    }

    private void register() throws IOException {
        String name = any(NAMES);
        String said = newToken();
        attempt("register " + name + " " + said, Set.of(name), saying(said),
                () -> engines.registry.register(new Claim.Registration(manifest(name, said))));
    }

    private void patch() throws IOException {
        String name = any(NAMES);
        String said = newToken();
        attempt("patch " + name + " " + said, Set.of(name), saying(said), () -> engines.registry.patch(name,
                Json.read(("{\"owner\": \"" + said + "\"}").getBytes(StandardCharsets.UTF_8)), Precondition.NONE));
    }

    private void sight() throws IOException {
        List<Claim.Sighting> claims = new ArrayList<>();
        Set<String> names = new HashSet<>();
        String said = newToken();
        for (String name : random.nextInt(4) == 0 ? List.of("mail", "post") : List.of(any(NAMES))) {
            names.add(name);
            String digest = "d" + random.nextInt(3);
            Path source = engines.home.resolve("src").resolve(name).resolve("asmp.yaml");
            claims.add(new Claim.Sighting(manifest(name, said), source, digest));
        }
        attempt("sight " + names + " " + said + claims.getFirst().digest(), names, (before, found) -> found.says(said)
                || (before.service() != null && found.service() != null && found.service().says("src/")),
                () -> engines.registry.sight(claims));
    }

    private void remove() throws IOException {
        String name = any(NAMES);
        Entry entry = engines.registry.catalog().find(name);
        Proposal proposal = engines.registry.catalog().proposal(name);
        String digest = proposal != null && proposal.entry().state().sync() == Sync.SCAN
                ? proposal.entry().state().sourceDigest()
                : entry == null ? null : entry.state().sourceDigest();
        attempt("remove " + name, Set.of(name),
                (before, found) -> (found.service() == null || found.service().saysTheSame(before.service()))
                        && (found.proposal() == null || found.proposal().saysTheSame(before.proposal())),
                () -> engines.registry.remove(name, Precondition.NONE, true));
        if (attempt() == null && acknowledged().of(name).isEmpty() && digest != null) {
            tombstones().put(name, digest);
        }
    }

    private void mod() throws IOException {
        String name = any(NAMES);
        String said = newToken();
        if (random.nextBoolean()) {
            Mod mod = Mod.of(Json.read(("{\"name\": \"mod\", \"note\": \"" + said
                    + "\", \"capabilities\": {\"provides\": [\"more\"]}}").getBytes(StandardCharsets.UTF_8)));
            attempt("attach to " + name + " " + said, Set.of(name), saying(said),
                    () -> engines.registry.attach(name, mod));
        } else {
            attempt("detach from " + name, Set.of(name), (_, found) -> !found.says("\"more\"")
                    || (found.proposal() != null && !found.proposal().says("\"more\"")),
                    () -> engines.registry.detach(name, "mod"));
        }
    }

    private void decide() throws IOException {
        List<Proposal> proposals = List.copyOf(engines.registry.catalog().proposals());
        if (proposals.isEmpty()) {
            return;
        }
        Proposal proposal = any(proposals);
        String name = proposal.name();
        String content = Engines.Known.of(proposal.entry()).content();
        if (random.nextBoolean()) {
            attempt("approve " + name, Set.of(name), (_, found) -> found.says(content),
                    () -> engines.registry.approve(name, proposal.digest()));
        } else {
            attempt("reject " + name, Set.of(name), (before, found) -> found.proposal() != null
                    && found.proposal().says(content) && found.proposal().status().equals("rejected"),
                    () -> engines.registry.reject(name, proposal.digest(), null));
        }
    }

    private void undo() throws IOException {
        String name = any(NAMES);
        String source = engines.registry.catalog().replacedSource(name);
        attempt("undo " + name, Set.of(name), (_, found) -> source == null || found.says(source),
                () -> engines.registry.undo(name));
    }

    private void sayGoodbye() throws IOException {
        String name = any(NAMES);
        Entry entry = engines.registry.catalog().find(name);
        long generation = entry == null ? 1 : entry.state().generation();
        attempt("goodbye of " + name, Set.of(name), (before, found) -> before.service() != null
                && found.service() != null && before.service().content().equals(found.service().content()),
                () -> engines.registry.sayGoodbye(name, generation, null, true));
    }

    private void edit() throws IOException {
        String name = any(NAMES);
        Path file = engines.file(name);
        String said = newToken();
        boolean gone = random.nextInt(3) == 0;
        attempt((gone ? "rm " : "edit ") + file + " " + said, new Attempt(Set.of(name), (_, _) -> true, true), () -> {
            if (gone) {
                Files.deleteIfExists(file);
            } else if (Files.exists(file)) {
                Files.writeString(file,
                        Files.readString(file).replaceAll("edited: .*\n", "") + "edited: " + said + "\n");
            } else {
                Files.writeString(file, Manifests.yaml(name, said));
            }
            engines.registry.reload();
        });
    }

    private void note() throws IOException {
        String said = newToken();
        attempt("note " + said, Set.of(said), (_, _) -> true, () -> engines.notes.add(
                Json.read(("{\"name\": \"" + said + "x\"}").getBytes(StandardCharsets.UTF_8))));
    }

    private void vm() throws IOException {
        String id = any(IDS);
        String said = newToken();
        switch (random.nextInt(6)) {
            case 0, 1 -> attempt("vm register " + id + " " + said, Set.of(id, said), (_, _) -> true,
                    () -> engines.vms.register(VmRegistration.of(Json.read(("{\"id\": \"" + id + "\", \"name\": \""
                            + said + "\", \"role\": \"worker\", \"address\": \"a\", \"registeredBy\": \"test\"}")
                            .getBytes(StandardCharsets.UTF_8)))));
            case 2, 3 -> {
                int length = token % 7 == 0 ? 60_000 : 10;
                attempt("vm patch " + id + " " + said, Set.of(id, said), (_, _) -> true,
                        () -> engines.vms.patch(id, new VmPatch(said, null, null, null, new VmPatch.Replacement<>(
                                Mapping.builder().put("x", "y".repeat(length)).build()))));
            }
            case 4 -> attempt("vm remove " + id, Set.of(id), (_, _) -> true, () -> engines.vms.remove(id));
            default -> attempt("vm heartbeat, prune", Set.copyOf(IDS), (_, _) -> true, () -> {
                engines.vms.heartbeat(id);
                engines.vms.prune();
            });
        }
    }

    private void time() throws IOException {
        world.pass(Duration.ofMinutes(random.nextInt(1, 6)));
        var catalog = engines.registry.catalog();
        List<Entry> stale = new ArrayList<>(engines.registry.expired());
        catalog.entries().stream().filter(entry -> entry.state().sync() == Sync.SCAN && random.nextInt(3) == 0)
                .forEach(stale::add);
        attempt("stale " + stale, new HashSet<>(NAMES), (before, found) -> before.service() != null
                && found.service() != null && before.service().content().equals(found.service().content()),
                () -> {
                    engines.registry.markStale(stale);
                    engines.registry.seen(world.clock.instant(), List.of());
                });
    }

    private void restart() throws IOException {
        told().add("restart");
        State before = acknowledged();
        engines.close();
        if (!disk.isOff()) {
            try {
                engines = new Engines(disk, world);
            } catch (PowerCut e) {
                return;
            }
            if (!disk.isOff() && !engines.state().equals(before)) {
                throw new AssertionError("not the same after a restart\n  before " + before + "\n  after  "
                        + engines.state());
            }
        }
    }
}
