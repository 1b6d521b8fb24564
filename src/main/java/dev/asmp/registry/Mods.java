package dev.asmp.registry;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Mod;
import dev.asmp.store.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The mods that were attached to a service. They stay through announcements and scans; one that no longer fits is disabled,
 * with the reason, until it fits again.
 */
record Mods(List<Mod> attached) {
    static final Mods NONE = new Mods(List.of());
    /** Few enough to be searched one by one. */
    private static final int MAX = 100;

    Mods {
        attached = List.copyOf(attached);
    }

    /** Reads saved mods; those that are no longer valid are left out. */
    static Mods of(List<Document> documents) {
        List<Mod> mods = new ArrayList<>();
        for (Document document : documents) {
            try {
                mods.add(Mod.of(document));
            } catch (InvalidDocumentException _) {
                // Edited by hand; the service itself stays usable.
            }
        }
        return mods.isEmpty() ? NONE : new Mods(mods);
    }

    boolean isEmpty() {
        return attached.isEmpty();
    }

    /** The mods as they were attached. */
    Sequence documents() {
        return new Sequence(attached.stream().<Document>map(Mod::document).toList());
    }

    /** With this mod, in place of one of its name. */
    Mods with(Mod mod) {
        List<Mod> others = without(mod.name()).attached;
        if (others.size() >= MAX) {
            throw new RefusedException(RefusedException.Reason.CONFLICT,
                    "at most " + MAX + " mods can be attached to a service");
        }
        return new Mods(Stream.concat(others.stream(), Stream.of(mod)).toList());
    }

    Mods without(String name) {
        return new Mods(attached.stream().filter(mod -> !mod.name().equals(name)).toList());
    }

    boolean has(String name) {
        return attached.stream().anyMatch(mod -> mod.name().equals(name));
    }

    /** The mods that fit this parent. */
    List<Mod> enabledFor(Manifest parent) {
        return attached.stream().filter(mod -> mod.unfitFor(parent) == null).toList();
    }

    /** The manifest with the attached mods, and their state, among its own. */
    Mapping shownWith(Manifest parent) {
        if (attached.isEmpty()) {
            return parent.document();
        }
        List<Document> all = new ArrayList<>(declared(parent.document()));
        attached.forEach(mod -> all.add(shown(mod, mod.unfitFor(parent))));
        return parent.document().with("mods", new Sequence(all));
    }

    /** A manifest without the attached mods, which a whole entry that is posted back contains. */
    Manifest takenOff(Manifest manifest) {
        if (attached.isEmpty() || manifest.document().list("mods").isEmpty()) {
            return manifest;
        }
        List<Document> own = declared(manifest.document());
        return Manifest.of(own.isEmpty()
                ? manifest.document().without(List.of("mods"))
                : manifest.document().with("mods", new Sequence(own)));
    }

    private List<Document> declared(Mapping manifest) {
        return manifest.list("mods").stream()
                .filter(item -> !(item instanceof Mapping mod && has(String.valueOf(mod.text("name"))))).toList();
    }

    private static Mapping shown(Mod mod, @Nullable String unfit) {
        Mapping.Builder shown = Mapping.builder().putAll(mod.document());
        shown.put("state", unfit == null ? "attached" : "disabled");
        return shown.put("reason", unfit).build();
    }
}
