package dev.asmp.cli;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.IndexKeys;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The comparison of a proposal with the entry that it would change, key by key, for the person who decides. */
final class Comparison {
    private final StringBuilder out = new StringBuilder();

    private Comparison() {}

    static String of(Mapping proposal) {
        Comparison comparison = new Comparison();
        comparison.show(proposal);
        return comparison.out.toString();
    }

    private void show(Mapping proposal) {
        Mapping approval = proposal.mapping(IndexKeys.APPROVAL);
        Mapping approved = approval.mapping("approved");
        String digest = ServiceTable.or(approval.text("digest"), "");
        head(proposal, approved.isEmpty(), approval);
        Set<String> keys = new LinkedHashSet<>(approved.fields().keySet());
        keys.addAll(proposal.fields().keySet());
        keys.removeAll(IndexKeys.ALL);
        int before = out.length();
        for (String key : keys) {
            Document old = approved.get(key);
            Document news = proposal.get(key);
            if (!Objects.equals(old, news)) {
                line("-", key, old);
                line("+", key, news);
            }
        }
        String ttl = approval.text("ttl");
        if (ttl != null) {
            out.append("  lives ").append(Terminal.clean(ttl)).append(" after each announcement\n");
        } else if (out.length() == before) {
            out.append("  lives until it is removed, and no longer ends with its announcements\n");
        }
        String name = Terminal.clean(ServiceTable.or(proposal.text("name"), "?"));
        String shown = digest.substring(0, Math.min(12, digest.length()));
        out.append("  asmp approve ").append(name).append(" --digest ").append(shown).append("\n  asmp reject ")
                .append(name).append(" --digest ").append(shown).append(" --note \"why\"\n");
    }

    private void head(Mapping proposal, boolean isNew, Mapping approval) {
        String source = proposal.text("source");
        String note = approval.text("note");
        out.append(Terminal.clean(ServiceTable.or(proposal.text("name"), "?"))).append(isNew ? " (new" : " (a change")
                .append(", by ").append(Terminal.clean(ServiceTable.or(proposal.text("sync"), "?")))
                .append(source == null ? "" : " of " + Terminal.clean(source)).append(", since ")
                .append(Terminal.clean(ServiceTable.or(approval.text("since"), "?")))
                .append(note == null ? "" : ", rejected: " + Terminal.clean(note)).append(")\n");
    }

    private void line(String sign, String key, @Nullable Document value) {
        if (value != null) {
            for (String line : DocumentOutline.of(Mapping.builder().put(key, value).build()).lines().toList()) {
                out.append("  ").append(sign).append(' ').append(line).append('\n');
            }
        }
    }
}
