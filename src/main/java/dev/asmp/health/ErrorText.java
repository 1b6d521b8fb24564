package dev.asmp.health;

import dev.asmp.manifest.Printable;
import org.jspecify.annotations.Nullable;

/** Texts from outside, made fit for a sentence: without control characters, and never long. */
final class ErrorText {
    private static final int QUOTED = 100;
    private static final int SENTENCE = 400;

    private ErrorText() {}

    static String quoted(String text) {
        return "'" + cut(text, QUOTED) + "'";
    }

    static String of(@Nullable String message) {
        return cut(String.valueOf(message), SENTENCE);
    }

    private static String cut(String text, int length) {
        return text.length() <= length
                ? Printable.of(text)
                : Printable.of(text.substring(0, length)) + "…";
    }
}
