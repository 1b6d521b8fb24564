package dev.asmp.registry;

import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Mod;
import dev.asmp.manifest.Policy;
import dev.asmp.store.RefusedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One decision after another over a catalog in memory: what the registry would decide, without its files. */
final class Decisions {
    static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    static final String HERE = "/src/mail/asmp.yaml";
    static final String THERE = "/src/post/asmp.yaml";

    private final Map<String, Long> generations = new HashMap<>();
    private Catalog catalog = Catalog.empty(Registries.PLENTY);
    private Policy policy = Policy.OPEN;
    private Instant now = NOW;
    private @Nullable EntryBatch last;

    /** The policy from here on, as a profile writes it. */
    void policy(String yaml) {
        policy = HostProfile.of(Yaml.read("{host_id: box, device_class: vm, policy: {" + yaml + "}}"),
                new Environment(Map.of("HOME", "/nowhere"), FileSystems.getDefault())).policy();
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    Instant now() {
        return now;
    }

    Catalog catalog() {
        return catalog;
    }

    <T> T decide(Function<EntryBatch, T> decision) {
        EntryBatch batch = new EntryBatch(catalog, name -> generations.getOrDefault(name, 0L), policy, "box",
                new Moment(now, now), Registries.PLENTY);
        last = batch;
        T decided = decision.apply(batch);
        catalog = batch.catalog();
        catalog.entries().forEach(entry -> generations.merge(entry.name(), entry.state().generation(), Math::max));
        catalog.proposals().forEach(
                proposal -> generations.merge(proposal.name(), proposal.entry().state().generation(), Math::max));
        return decided;
    }

    /** The batch of the last decision. */
    EntryBatch last() {
        return Objects.requireNonNull(last);
    }

    /** What listeners are told of the last decision. */
    List<EntryChange.Kind> told() {
        return last().changes().stream().map(EntryChange::kind).toList();
    }

    /** Why a decision is refused. */
    RefusedException.Reason refusal(Function<EntryBatch, ?> decision) {
        try {
            decide(decision);
        } catch (RefusedException e) {
            return e.reason();
        }
        throw new AssertionError("it was accepted");
    }

    ServiceRecord announce(Manifest manifest, @Nullable Duration ttl) {
        return decide(batch -> new ClaimDecider(batch).announce(new Claim.Announcement(manifest, ttl)));
    }

    ServiceRecord register(Manifest manifest) {
        return decide(batch -> new ClaimDecider(batch).register(new Claim.Registration(manifest)));
    }

    Sightings sight(Manifest manifest, String source, String digest) {
        Claim.Sighting claim = new Claim.Sighting(manifest, Path.of(source), digest);
        return decide(batch -> new ClaimDecider(batch).sight(List.of(claim)));
    }

    ServiceRecord patch(String json) {
        return decide(batch -> new EditDecider(batch).patch("mail", json(json), Precondition.NONE));
    }

    ServiceRecord attach(String provides) {
        Mod mod = Mod.of(json("{'name': 'mod', 'capabilities': {'provides': ['" + provides + "']}}"));
        return decide(batch -> new EditDecider(batch).attach("mail", mod));
    }

    Entry approve() {
        String digest = proposal().digest();
        return decide(batch -> new OwnerDecider(batch).approve("mail", digest));
    }

    Proposal reject(@Nullable String note) {
        String digest = proposal().digest();
        return decide(batch -> new OwnerDecider(batch).reject("mail", digest, note));
    }

    ServiceRecord remove(boolean byOwner) {
        return decide(batch -> new EditDecider(batch).remove("mail", Precondition.NONE, byOwner));
    }

    void expire() {
        decide(batch -> new ClaimDecider(batch).markStale(batch.catalog().entries()));
    }

    Entry mail() {
        return Objects.requireNonNull(catalog.find("mail"), "mail is not registered");
    }

    Proposal proposal() {
        return Objects.requireNonNull(catalog.proposal("mail"), "nothing is proposed");
    }

    /** The mail service with other content for other capabilities. */
    static Manifest mail(String... provides) {
        return Manifests.of("mail", "1", provides);
    }

    static Manifest onPort(int port) {
        return Manifest.of(Yaml.read(Manifests.yaml("mail", "1").replace("7100", Integer.toString(port))));
    }

    static Mapping json(String text) {
        return (Mapping) Json.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
