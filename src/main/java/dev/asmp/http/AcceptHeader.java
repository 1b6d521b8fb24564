package dev.asmp.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The rule by which a request gets HTML: it must name {@code text/html}, and like it at least as much as JSON. */
final class AcceptHeader {
    private AcceptHeader() {}

    /** Tells whether HTML is preferred; {@code *}{@code /*}, which every program sends, does not name it. */
    static boolean prefersHtml(@Nullable String accept) {
        double html = accept == null ? 0 : quality(accept, "text", "html", false);
        return html > 0 && accept != null && html >= quality(accept, "application", "json", true);
    }

    /** The quality of a media type by the range that names it most exactly; 0 where none does. */
    private static double quality(String accept, String type, String subtype, boolean byAnyRange) {
        double quality = 0;
        int exactness = -1;
        for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = range.split(";", -1);
            String name = parts[0].strip();
            int exact = name.equals(type + "/" + subtype) ? 2 : name.equals(type + "/*") ? 1 : 0;
            if (exact > exactness && (exact > 0 || (byAnyRange && name.equals("*/*")))) {
                exactness = exact;
                quality = quality(parts);
            }
        }
        return quality;
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                String value = parameter.substring(2).strip();
                return value.matches("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?") ? Double.parseDouble(value) : 0;
            }
        }
        return 1;
    }
}
