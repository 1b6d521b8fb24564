package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Writes the manual pages, from the table of commands and from the schemas. Used by packaging. */
final class ManPages {
    private static final String SECTION_1 = "1";
    private static final String SECTION_5 = "5";

    private final String version;

    private ManPages(String version) {
        this.version = version;
    }

    /** Writes all pages into a folder: arguments are the folder and the version. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        for (Map.Entry<String, String> page : pages(arguments[1]).entrySet()) {
            Files.writeString(folder.resolve(page.getKey()), page.getValue());
        }
    }

    /** All pages by the names of their files. */
    static Map<String, String> pages(String version) throws IOException {
        ManPages pages = new ManPages(version);
        Map<String, String> all = new TreeMap<>();
        List<CommandSpec> specs = specs();
        all.put("asmp.1", pages.overview(specs));
        specs.forEach(spec -> all.put(fileOf(spec), pages.command(spec)));
        all.put("asmp.yaml.5", pages.format("asmp.yaml", "the manifest of a service", "asmp.schema.json"));
        all.put("host.yaml.5", pages.format("host.yaml", "the profile of a host", "host.schema.json"));
        return all;
    }

    private static List<CommandSpec> specs() {
        List<CommandSpec> specs = new ArrayList<>();
        for (String name : Commands.NAMES) {
            specs.add(Objects.requireNonNull(Commands.of(name), name).spec());
        }
        specs.addAll(Commands.verbs());
        return specs;
    }

    private static String fileOf(CommandSpec spec) {
        return "asmp-" + spec.name().replace(' ', '-') + ".1";
    }

    private StringBuilder page(String name, String section, String summary) {
        return new StringBuilder(".TH \"").append(text(name.toUpperCase(Locale.ROOT))).append("\" ")
                .append(section).append(" \"\" \"asmp ").append(version).append("\" \"asmp\"\n.SH NAME\n")
                .append(text(name)).append(" \\- ").append(text(summary)).append('\n');
    }

    private String overview(List<CommandSpec> specs) {
        StringBuilder page = page("asmp", SECTION_1, "a service registry for this machine");
        page.append(".SH SYNOPSIS\n\\fBasmp\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n.SH DESCRIPTION\n")
                .append(text("Which service provides a capability, where is it, is it healthy? Software ships an "
                        + "asmp.yaml; a daemon finds these files, takes announcements from running services, and "
                        + "answers. Every command takes --json."))
                .append("\n.SH COMMANDS\n");
        specs.forEach(spec -> item(page, "asmp " + spec.name(), spec.summary()));
        page.append(".SH FILES\n");
        item(page, "~/.asmp/host.yaml, /etc/asmp/host.yaml", "the profile of this host, see host.yaml(5)");
        item(page, "~/.asmp/services", "one file per entry");
        page.append(".SH ENVIRONMENT\n");
        item(page, "ASMP_HOME", "the folder of the state, in place of ~/.asmp");
        item(page, "ASMP_REGISTRY_URL", "the address of the registry, in place of the profile's");
        page.append(".SH EXIT STATUS\n");
        item(page, "0", "found or done");
        item(page, "1", "nothing found, refused, or no registry answers");
        item(page, "2", "wrong usage");
        return page.append(".SH SEE ALSO\n.BR asmp.yaml (5),\n.BR host.yaml (5)\n").toString();
    }

    private String command(CommandSpec spec) {
        StringBuilder page = page("asmp-" + spec.name().replace(' ', '-'), SECTION_1, spec.summary());
        page.append(".SH SYNOPSIS\n").append(text(spec.usage())).append("\n.SH OPTIONS\n");
        for (OptionSpec option : spec.options()) {
            item(page, (option.shortName() == null ? "" : option.shortName() + ", ") + option.name()
                    + (option.isFlag() ? "" : " " + option.placeholder()), option.help());
        }
        item(page, "--json", "answer as JSON");
        item(page, "-h, --help", "show help");
        if (!spec.examples().isEmpty()) {
            page.append(".SH EXAMPLES\n.nf\n");
            spec.examples().forEach(example -> page.append(text(example)).append('\n'));
            page.append(".fi\n");
        }
        return page.append(".SH SEE ALSO\n.BR asmp (1)\n").toString();
    }

    /** A page on a file format: every key of its schema, nested ones with their path. */
    private String format(String name, String summary, String schema) throws IOException {
        Mapping document = schema(schema);
        StringBuilder page = page(name, SECTION_5, summary);
        page.append(".SH DESCRIPTION\n").append(text(described(document))).append("\n.SH KEYS\n");
        keys(page, "", document, document, 0);
        return page.append(".SH SEE ALSO\n.BR asmp (1),\n.BR asmp-validate (1)\n").toString();
    }

    private static void keys(StringBuilder page, String prefix, Mapping schema, Mapping root, int depth) {
        for (Map.Entry<String, Document> key : schema.mapping("properties").fields().entrySet()) {
            if (key.getValue() instanceof Mapping written && depth < 4) {
                Mapping value = resolved(written, root);
                String path = prefix + key.getKey();
                String said = described(written).isEmpty() ? described(value) : described(written);
                if (!said.isEmpty()) {
                    item(page, path, said);
                }
                keys(page, path + ".", value, root, depth + 1);
                keys(page, path + "[].", resolved(value.mapping("items"), root), root, depth + 1);
            }
        }
    }

    private static Mapping resolved(Mapping schema, Mapping root) {
        String reference = schema.text("$ref");
        return reference == null ? schema : root.mapping("$defs").mapping(reference.substring("#/$defs/".length()));
    }

    private static String described(Mapping schema) {
        String description = schema.text("description");
        return description == null ? "" : description;
    }

    private static Mapping schema(String name) throws IOException {
        try (InputStream in = ManPages.class.getResourceAsStream("/schemas/" + name)) {
            return JsonReader.mapping(Objects.requireNonNull(in, name).readAllBytes());
        }
    }

    private static void item(StringBuilder page, String term, String text) {
        page.append(".TP\n\\fB").append(text(term)).append("\\fR\n").append(text(text)).append('\n');
    }

    /** Text for roff: no line begins with a request, and a hyphen is one. */
    private static String text(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("\"", "\\(dq");
        StringBuilder ascii = new StringBuilder();
        escaped.codePoints().forEach(c -> {
            if (c < 0x80) {
                ascii.appendCodePoint(c);
            } else {
                ascii.append("\\[u").append(String.format(Locale.ROOT, "%04X", c)).append(']');
            }
        });
        String all = ascii.toString();
        return all.startsWith(".") || all.startsWith("'") ? "\\&" + all : all;
    }
}
