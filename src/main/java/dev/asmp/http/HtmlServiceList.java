package dev.asmp.http;

import dev.asmp.manifest.SecretMask;
import dev.asmp.registry.Entry;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The list of services as HTML, for browsers without JavaScript: one page of it, in the order of names. */
final class HtmlServiceList {
    /** The services of a page. */
    static final int PAGE = 100;

    private final StringBuilder html = new StringBuilder(16 * 1024);

    private HtmlServiceList() {}

    /** Renders the first {@link #PAGE} entries, and a link to the next page where there are more. */
    static String render(List<Entry> entries, Function<Entry, @Nullable Boolean> health, boolean isContinued) {
        HtmlServiceList table = new HtmlServiceList();
        List<Entry> shown = entries.size() > PAGE ? entries.subList(0, PAGE) : entries;
        if (shown.isEmpty()) {
            table.html.append("<p>").append(isContinued ? "No more services." : "No service is registered yet.")
                    .append("</p>");
        } else {
            table.html.append("<table class=\"plain\"><caption>Services</caption><thead><tr>");
            List.of("Name", "Description", "Section", "Status", "Health")
                    .forEach(title -> table.html.append("<th scope=\"col\">").append(title).append("</th>"));
            table.html.append("</tr></thead><tbody>\n");
            shown.forEach(entry -> table.row(entry, health.apply(entry)));
            table.html.append("</tbody></table>");
        }
        table.html.append("<p>");
        if (isContinued) {
            table.html.append("<a href=\"/\">First page</a> ");
        }
        if (entries.size() > PAGE) {
            table.html.append("<a rel=\"next\" href=\"/?after=")
                    .append(escaped(Exchange.encoded(shown.getLast().name()))).append("\">Next page</a>");
        }
        return table.html.append("</p>").toString();
    }

    private void row(Entry entry, @Nullable Boolean healthy) {
        html.append("<tr><th scope=\"row\"><a href=\"/services/").append(escaped(Exchange.encoded(entry.name())))
                .append("\">").append(escaped(entry.name())).append("</a></th>");
        cell(entry.manifest().description());
        cell(entry.section());
        cell(entry.state().status().word());
        cell(healthy == null ? "not checked" : healthy ? "healthy" : "unhealthy");
        html.append("</tr>\n");
    }

    private void cell(@Nullable String text) {
        html.append("<td>").append(text == null ? "" : escaped(SecretMask.text(text))).append("</td>");
    }

    /** Text for an element or a quoted attribute; control characters, which HTML does not allow, are spaces. */
    static String escaped(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '&' -> safe.append("&amp;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.append(Character.isISOControl(c) ? ' ' : c);
            }
        }
        return safe.toString();
    }
}
