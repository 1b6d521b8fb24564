package dev.asmp.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The first sentence of a README that is a sentence: no heading, badge, list, table or code. */
final class Readme {
    private static final int LONGEST = 240;
    private static final Pattern NO_PROSE = Pattern.compile("(?:#|<|!\\[|\\[!\\[|\\||[-*+] |[0-9]+[.)] |=|---|~~~|```"
            + "|\\.\\. |:[a-z]|\\[[^\\]]*\\]: ?| {4}|\\t).*");
    private static final Pattern IMAGE = Pattern.compile("!\\[[^\\]]*\\]\\([^)]*\\)");
    private static final Pattern LINK = Pattern.compile("\\[([^\\]]*)\\](?:\\([^)]*\\)|\\[[^\\]]*\\])");
    private static final Pattern MARKS = Pattern
            .compile("[*`]+|(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])|</?[A-Za-z][^>]*>");
    private static final Pattern SENTENCE_END = Pattern.compile("[.!?](?=\\s+[^a-z\\s])");

    private Readme() {}

    static @Nullable String firstSentence(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Readme::isReadme).sorted().map(file -> sentence(FileExcerpt.text(file)))
                    .filter(sentence -> !sentence.isEmpty()).findFirst().orElse(null);
        } catch (IOException _) {
            return null;
        }
    }

    private static boolean isReadme(Path file) {
        return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).matches("readme(\\.(md|markdown|rst|txt))?");
    }

    private static String sentence(String text) {
        String paragraph = plain(firstParagraph(text));
        Matcher end = SENTENCE_END.matcher(paragraph);
        String sentence = end.find() ? paragraph.substring(0, end.end()) : paragraph;
        return sentence.length() <= LONGEST ? sentence : cut(sentence);
    }

    /** The lines of the first paragraph of prose, as one. */
    private static String firstParagraph(String text) {
        StringBuilder paragraph = new StringBuilder();
        boolean code = false;
        boolean comment = false;
        for (String line : text.lines().toList()) {
            boolean fence = line.startsWith("```") || line.startsWith("~~~");
            code ^= fence;
            comment |= line.strip().startsWith("<!--");
            boolean underline = line.matches("\\s*(=+|-+|~+|\\^+)\\s*");
            if (underline && !line.isBlank()) {
                paragraph.setLength(0); // what stood above was a heading
            } else if (code || fence || comment || line.isBlank() || NO_PROSE.matcher(line).matches()) {
                if (!plain(paragraph.toString()).isEmpty()) {
                    break;
                }
                paragraph.setLength(0);
            } else {
                paragraph.append(line.replaceFirst("^\\s*>\\s?", "")).append(' ');
            }
            comment &= !line.contains("-->");
        }
        return paragraph.toString();
    }

    private static String plain(String markdown) {
        String text = LINK.matcher(IMAGE.matcher(markdown).replaceAll("")).replaceAll("$1");
        return MARKS.matcher(text).replaceAll("").replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    }

    private static String cut(String sentence) {
        int blank = sentence.lastIndexOf(' ', LONGEST - 1);
        return sentence.substring(0, blank < LONGEST / 2 ? LONGEST - 1 : blank) + "…";
    }
}
