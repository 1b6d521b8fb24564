package dev.asmp.mcp;

import dev.asmp.manifest.EditDistance;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** A group of tools that is listed as a whole: tokens of a model are spent only on what its machine has. */
enum ToolGroup {
    SERVICES, HOSTS, MODELS, VMS, FLEET,
    /** The names that pi-vers has for the tools of {@link #FLEET}. */
    VERS;

    /** Reads what a client asks for, such as {@code services,vms}; the tools for services are always among them. */
    static Set<ToolGroup> asked(String written) {
        List<String> names = Stream.of(values()).map(ToolGroup::word).toList();
        EnumSet<ToolGroup> groups = EnumSet.of(SERVICES);
        List<String> unknown = new ArrayList<>();
        for (String name : written.split("[,\\s]+", -1)) {
            int place = names.indexOf(name.toLowerCase(Locale.ROOT));
            if (place >= 0) {
                groups.add(values()[place]);
            } else if (!name.isEmpty()) {
                unknown.add(name);
            }
        }
        if (!unknown.isEmpty()) {
            String nearest = EditDistance.nearest(unknown.getFirst(), names);
            throw new IllegalArgumentException("tools: there is no group '" + TextSanitizer.line(unknown.getFirst(), 60)
                    + "'" + (nearest == null ? "" : " (did you mean " + nearest + "?)") + "; there are "
                    + String.join(", ", names));
        }
        return groups;
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
