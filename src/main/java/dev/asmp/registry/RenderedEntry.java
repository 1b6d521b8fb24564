package dev.asmp.registry;

import dev.asmp.document.Document;
import dev.asmp.document.HeapCost;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Mod;
import dev.asmp.manifest.SecretMask;
import dev.asmp.ranking.Evidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A manifest prepared for lookups: the values that they compare, and the JSON that they answer. It is shared by the entries of
 * all states of one manifest.
 *
 * @param evidence the texts against which questions are matched
 * @param ports the ports of this host that the manifest declares
 * @param manifest the manifest as a JSON object
 * @param shown the same with the attached mods among its own; the same bytes where there are none
 * @param listed the same without secrets, for lists; the same bytes where there are none
 * @param mods the attached mods as a JSON array; null where there are none
 * @param health the {@code health} block as JSON; null where there is none
 * @param offers what is offered, each with the JSON object that answers "who provides this?"
 */
record RenderedEntry(String name, String kind, @Nullable String section, List<String> provides, List<String> aliases,
        Evidence evidence, List<Integer> ports, byte[] manifest, byte[] shown, byte[] listed, byte @Nullable [] mods,
        byte @Nullable [] health, List<Offered> offers) {

    /** An entry with its state and members, its nodes in the catalog's trees, and what is remembered of its name. */
    private static final long FIXED = 800;
    /** A capability in the index: two nodes of trees, and its offers; its text stands in the list of capabilities, too. */
    private static final long PER_CAPABILITY = 110;
    private static final long PER_PORT = 150;
    /** A probe's schedule and results. */
    private static final long PROBE = 400;

    /** The service itself, or a mod of it. */
    record Offered(String name, List<String> provides, byte[] json) {}

    @SuppressWarnings("ReferenceEquality") // the same object means unchanged
    static RenderedEntry of(Manifest manifest, Mods mods) {
        byte[] json = manifest.json();
        Document health = manifest.document().get("health");
        Mapping whole = mods.isEmpty() ? manifest.document() : mods.shownWith(manifest);
        byte[] shown = mods.isEmpty() ? json : Json.write(whole);
        Mapping listed = SecretMask.masked(whole);
        return new RenderedEntry(manifest.name(), manifest.kind(), manifest.section(), manifest.provides(),
                manifest.aliases(), Evidence.of(manifest, mods.enabledFor(manifest)), manifest.localPorts(), json,
                shown, listed.equals(whole) ? shown : Json.write(listed),
                mods.isEmpty() ? null : Json.write(mods.documents()), health == null ? null : Json.write(health),
                offers(manifest, mods));
    }

    private static List<Offered> offers(Manifest manifest, Mods mods) {
        List<Offered> offers = new ArrayList<>();
        String repo = manifest.repo();
        Scalar shownRepo = repo == null ? Scalar.NULL : Scalar.text(SecretMask.text(repo));
        Document endpoints = SecretMask.masked(manifest.endpoints());
        offers.add(new Offered(manifest.name(), manifest.provides(),
                Json.write(Mapping.builder().put("name", manifest.name()).put("description", manifest.description())
                        .put("kind", manifest.kind()).put("section", manifest.section())
                        .put("provides", Sequence.ofTexts(manifest.provides())).put("endpoints", endpoints)
                        .put("repo", shownRepo).build())));
        for (Mod mod : mods.enabledFor(manifest)) {
            offers.add(new Offered(mod.name(), mod.provides(),
                    Json.write(Mapping.builder().put("name", mod.name()).put("parent", manifest.name())
                            .put("description", mod.description()).put("kind", "mod")
                            .put("provides", Sequence.ofTexts(mod.provides())).put("endpoints", endpoints)
                            .put("repo", shownRepo).build())));
        }
        return List.copyOf(offers);
    }

    /** An estimate of the heap that this takes, with its places in the catalog's indexes. */
    @SuppressWarnings("ReferenceEquality") // the same object means unchanged
    long heapBytes() {
        long bytes = FIXED + HeapCost.of(name) + HeapCost.of(evidence.text()) + HeapCost.of(manifest)
                + PER_PORT * (long) ports.size() + texts(provides) + texts(aliases);
        bytes += evidence.against() == null ? 0 : HeapCost.of(evidence.against());
        bytes += mods == null ? 0 : HeapCost.of(mods) + HeapCost.of(shown);
        bytes += Arrays.equals(listed, shown) ? 0 : HeapCost.of(listed);
        bytes += health == null ? 0 : PROBE + HeapCost.of(health);
        for (Offered offer : offers) {
            bytes += HeapCost.of(offer.json) + PER_CAPABILITY * (long) offer.provides.size();
            bytes += texts(offer.provides) * (offer.provides.equals(provides) ? 1 : 2);
        }
        return bytes;
    }

    private static long texts(List<String> texts) {
        long bytes = 0;
        for (String text : texts) {
            bytes += 4 + HeapCost.of(text);
        }
        return bytes;
    }

    /** Parses the attached mods. */
    Mods parsedMods() {
        return mods == null || !(Json.read(mods) instanceof Sequence list) ? Mods.NONE : Mods.of(list.items());
    }
}
