package dev.asmp.cli;

import dev.asmp.document.Mapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Name, description and origin of a project, as far as a few lines of its files tell; nothing in them is run or fetched. */
record ProjectFolder(@Nullable String name, @Nullable String description, @Nullable String origin) {
    private static final int LONGEST = 240;
    private static final Pattern TOML_TABLE = Pattern
            .compile("(?ms)^\\[ *(?:project|package|tool\\.poetry) *\\]$(.*?)(?=^\\[|\\z)");
    private static final Pattern GO_MODULE = Pattern.compile("(?m)^module +(\\S+?)(?:/v[0-9]+)?$");
    private static final Pattern NO_PROSE = Pattern
            .compile("[^\\p{L}\\p{N}\\uFFFD*_`>\\[].*|\\[!.*|\\[[^\\]]*\\]:.*|[*] .*|[0-9]+[.)] .*", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("!?\\[([^\\]]*)\\](?:\\([^)]*\\)|\\[[^\\]]*\\])");
    private static final Pattern MARKS = Pattern.compile("[*`]+|(?m:^> ?)|(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])");
    private static final Pattern SENTENCE = Pattern.compile(".*?[.!?](?= +[^a-z ])");
    private static final Pattern ORIGIN = Pattern.compile("(?ms)^\\[remote \"origin\"\\]$(.*?)(?=^\\[|\\z)");
    private static final Pattern URL = Pattern
            .compile("(?m)^\\s*url *= *(?:\"([^\"\\n]*)\".*|([^\"\\s][^\"\\n]*?)(?:\\s+[#;].*)?)$");
    /** An address with a scheme, or like that of scp, and the user in it as a group of its own. */
    private static final List<Pattern> ADDRESSES = List.of(
            Pattern.compile("((?:https?|ssh|git)://)((?:[^/]*@)?)"
                    + "((?:[A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?/[^?#@\\s]*)(?:[?#].*)?"),
            Pattern.compile("()((?:[^/@:]*@)?)([A-Za-z0-9.-]{2,}:(?!//)[^?#@:\\\\\\s]+)"));

    static ProjectFolder of(Path folder) {
        Mapping npm = JsonLayout.mapping(text(folder, "package.json"));
        String pom = withoutParent(text(folder, "pom.xml"));
        String toml = tables(text(folder, "pyproject.toml")) + tables(text(folder, "Cargo.toml"));
        return new ProjectFolder(
                first(npm == null ? null : npm.text("name"), toml("name", toml), xml("artifactId", pom),
                        group(GO_MODULE, text(folder, "go.mod"))),
                first(readme(folder), npm == null ? null : npm.text("description"), toml("description", toml),
                        xml("description", pom)),
                origin(text(folder, ".git/config")));
    }

    private static String text(Path folder, String file) {
        return FileExcerpt.text(folder.resolve(file)).replace("\r", "");
    }

    /** Takes the first that is neither empty nor a variable that only a build fills in. */
    private static @Nullable String first(@Nullable String... texts) {
        for (String text : texts) {
            if (text != null && !text.isBlank() && !text.contains("${")) {
                return text.strip();
            }
        }
        return null;
    }

    private static String withoutParent(String pom) {
        int start = pom.indexOf("<parent>");
        int end = pom.indexOf("</parent>");
        return start < 0 || end < start ? pom : pom.substring(0, start) + pom.substring(end);
    }

    private static String tables(String toml) {
        StringBuilder tables = new StringBuilder();
        TOML_TABLE.matcher(toml).results().forEach(table -> tables.append(table.group(1)));
        return tables.toString();
    }

    private static @Nullable String toml(String key, String tables) {
        String text = group(Pattern.compile("(?m)^" + Pattern.quote(key)
                + " *= *(?:\"([^\"\\\\\\n]*+(?:\\\\.[^\"\\\\\\n]*+)*+)\"|'([^'\\n]++)') *(?:#.*)?$"), tables);
        return text == null ? null : text.replace("\\\"", "\"").replace("\\n", " ").replace("\\\\", "\\");
    }

    /** The text of an element; one with entities or further elements in it is left alone. */
    private static @Nullable String xml(String element, String xml) {
        return group(Pattern.compile("<" + element + ">([^<&]*)</" + element + ">"), xml);
    }

    private static @Nullable String group(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            return null;
        }
        return matcher.group(1) == null && matcher.groupCount() > 1 ? matcher.group(2) : matcher.group(1);
    }

    private static @Nullable String readme(Path folder) {
        List<Path> readmes = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT)
                    .matches("readme(\\.(md|markdown|rst|txt))?")).sorted().forEach(readmes::add);
        } catch (IOException _) {
            return null;
        }
        return readmes.stream().map(file -> sentence(FileExcerpt.text(file).replace("\r", "")))
                .filter(sentence -> !sentence.isEmpty()).findFirst().orElse(null);
    }

    /** The first sentence of the first paragraph that is no heading, badge, list, table, comment or code. */
    private static String sentence(String readme) {
        String prose = readme.replaceFirst("(?s)\\A---\n.*?\n---\n", "").replaceAll("(?s)<!--.*?(?:-->|\\z)", "\n\n")
                .replaceAll("(?ms)^```.*?(?:^```|\\z)", "\n\n")
                .replaceAll("(?m)^(?:.+\n(?:=+|-+|~+|\\^+)|#.*|<.*>)$", "\n");
        for (String paragraph : prose.split("\n\\s*\n", -1)) {
            String text = paragraph.substring(0, Math.min(paragraph.length(), 4_000)).strip();
            String plain = NO_PROSE.matcher(text).matches() || paragraph.startsWith("    ")
                    ? ""
                    : MARKS.matcher(LINK.matcher(text).replaceAll("$1")).replaceAll("")
                            .replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
            if (!plain.isEmpty()) {
                Matcher sentence = SENTENCE.matcher(plain);
                return cut(sentence.lookingAt() ? sentence.group() : plain);
            }
        }
        return "";
    }

    private static String cut(String sentence) {
        if (sentence.length() <= LONGEST) {
            return sentence;
        }
        int blank = sentence.lastIndexOf(' ', LONGEST - 1);
        return sentence.substring(0, blank < LONGEST / 2 ? LONGEST - 1 : blank) + "…";
    }

    /**
     * The address of the repository without user and password, unless the user is the {@code git} of every host: any client
     * may read a manifest. An address that is not understood is left out.
     */
    private static @Nullable String origin(String config) {
        String section = group(ORIGIN, config);
        String url = section == null ? null : group(URL, section);
        for (Pattern address : url == null ? List.<Pattern>of() : ADDRESSES) {
            Matcher matcher = address.matcher(url);
            if (matcher.matches()) {
                return matcher.group(1) + (matcher.group(2).equals("git@") ? "git@" : "") + matcher.group(3);
            }
        }
        return null;
    }
}
