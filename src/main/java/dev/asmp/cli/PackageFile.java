package dev.asmp.cli;

import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * What the package files of the usual languages say a project is called and does. They are read as far as that goes, and
 * nothing in them is run.
 */
record PackageFile(@Nullable String name, @Nullable String description) {
    private static final PackageFile NONE = new PackageFile(null, null);
    private static final Pattern TOML_TEXT = Pattern
            .compile("(name|description)\\s*=\\s*(?:\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|'([^']*+)').*");
    private static final Pattern GO_MODULE = Pattern.compile("module\\s+\"?([^\\s\"]+)\"?.*");

    PackageFile {
        name = orNull(name);
        description = orNull(description);
    }

    /** What the first package files that say it say. */
    static PackageFile in(Path folder) {
        return Stream.of(npm(FileExcerpt.bytes(folder.resolve("package.json"))),
                toml(FileExcerpt.text(folder.resolve("pyproject.toml")), Set.of("project", "tool.poetry")),
                toml(FileExcerpt.text(folder.resolve("Cargo.toml")), Set.of("package")),
                maven(FileExcerpt.bytes(folder.resolve("pom.xml"))), go(FileExcerpt.text(folder.resolve("go.mod"))))
                .reduce(NONE, PackageFile::or);
    }

    private PackageFile or(PackageFile other) {
        return new PackageFile(name == null ? other.name : name,
                description == null ? other.description : description);
    }

    private static PackageFile npm(byte[] json) {
        try {
            return Json.read(json) instanceof Mapping file
                    ? new PackageFile(file.text("name"), file.text("description"))
                    : NONE;
        } catch (MalformedDocumentException _) {
            return NONE;
        }
    }

    /** The name and description in one of some tables, where they stand on a line of their own. */
    private static PackageFile toml(String text, Set<String> tables) {
        PackageFile found = NONE;
        String table = "";
        for (String line : text.lines().map(String::strip).toList()) {
            if (line.startsWith("[")) {
                int end = line.indexOf(']');
                table = end < 0 ? "" : line.substring(1, end).strip();
            } else if (tables.contains(table)) {
                Matcher matcher = TOML_TEXT.matcher(line);
                found = matcher.matches() ? found.or(tomlText(matcher)) : found;
            }
        }
        return found;
    }

    private static PackageFile tomlText(Matcher matcher) {
        String basic = matcher.group(2);
        String text = basic == null
                ? matcher.group(3)
                : basic.replace("\\\"", "\"").replace("\\n", " ").replace("\\\\", "\\");
        return matcher.group(1).equals("name") ? new PackageFile(text, null) : new PackageFile(null, text);
    }

    /** The project's own artifact and description, not its parent's; entities from elsewhere are not fetched. */
    private static PackageFile maven(byte[] xml) {
        PackageFile found = NONE;
        try {
            XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
            for (int depth = 0; reader.hasNext();) {
                int event = reader.next();
                if (event == XMLStreamReader.START_ELEMENT && depth == 1 && isWanted(reader.getLocalName())) {
                    boolean isName = reader.getLocalName().equals("artifactId");
                    String text = reader.getElementText();
                    found = found.or(isName ? new PackageFile(text, null) : new PackageFile(null, text));
                } else if (event == XMLStreamReader.START_ELEMENT) {
                    depth++;
                } else if (event == XMLStreamReader.END_ELEMENT) {
                    depth--;
                }
            }
        } catch (XMLStreamException _) {
            return found; // what was read until there is good enough
        }
        return found;
    }

    private static boolean isWanted(String element) {
        return element.equals("artifactId") || element.equals("description");
    }

    /** A Go module is called by the last part of its path that is no version. */
    private static PackageFile go(String text) {
        return text.lines().map(line -> GO_MODULE.matcher(line.strip())).filter(Matcher::matches).findFirst()
                .map(matcher -> new PackageFile(matcher.group(1).replaceFirst("/v[0-9]+$", ""), null)).orElse(NONE);
    }

    /** What is empty, or a variable that only a build fills in, says nothing. */
    private static @Nullable String orNull(@Nullable String text) {
        return text == null || text.isBlank() || text.contains("${") ? null : text.strip();
    }
}
