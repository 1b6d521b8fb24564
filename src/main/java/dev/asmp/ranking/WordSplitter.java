package dev.asmp.ranking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Splits text into words; knows the function words, which carry no topic. */
final class WordSplitter {
    private static final Set<String> SMALL = new HashSet<>(
            Arrays.asList(("a an the and or but of to in on at for from with"
                    + " by into about as is are was be been am it its this that these those there here i we you he she they them me"
                    + " us my our your his her their what which who whom whose where when why how do does did done can could should"
                    + " would will shall may might must need needs want wants have has had please some any something someone"
                    + " somebody anything anyone service services tool tools use used using just only so if then than not no"
                    + " s t d m re ve ll don").split(" ", -1)));
    private static final int LONGEST_SMALL = 9;
    private static final boolean[] ASCII = new boolean[128];

    static {
        for (char c = 0; c < 128; c++) {
            ASCII[c] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        }
    }

    private WordSplitter() {}

    /** Tells whether a character is part of a word. */
    static boolean has(char c) {
        return c < 128 ? ASCII[c] : hasOther(c);
    }

    private static boolean hasOther(char c) {
        int type = Character.getType(c);
        return Character.isLetterOrDigit(c) || type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }

    static boolean isSmall(String word) {
        return SMALL.contains(word);
    }

    static boolean isSmall(String text, int start, int end) {
        return end - start <= LONGEST_SMALL && SMALL.contains(text.substring(start, end));
    }

    /** The words of a text in its own case, in lower case; {@code mailServer} is two. */
    static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        for (int at = 0; at < text.length(); at = Math.max(at + 1, end(text, at))) {
            parts(text, at, end(text, at), words);
        }
        return words;
    }

    /** The parts of those words that are written like {@code mailServer}, as one text; empty where there are none. */
    static String splitOnly(String text) {
        List<String> parts = new ArrayList<>();
        for (int at = 0; at < text.length(); at = Math.max(at + 1, end(text, at))) {
            int end = end(text, at);
            if (at < end && partEnd(text, at, end) < end) {
                parts(text, at, end, parts);
            }
        }
        return String.join(" ", parts);
    }

    /** Returns the end of the word that begins here; the same place where none does. */
    static int end(String text, int start) {
        int end = start;
        while (end < text.length() && has(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static void parts(String text, int start, int end, List<String> parts) {
        for (int at = start; at < end;) {
            int partEnd = partEnd(text, at, end);
            parts.add(text.substring(at, partEnd).toLowerCase(Locale.ROOT));
            at = partEnd;
        }
    }

    /** A part ends before a capital that follows a small letter, or that begins a word after capitals. */
    private static int partEnd(String text, int start, int end) {
        for (int i = start + 1; i < end; i++) {
            if (Character.isUpperCase(text.charAt(i))
                    && (Character.isLowerCase(text.charAt(i - 1)) || beginsWord(text, i, end))) {
                return i;
            }
        }
        return end;
    }

    /** Tells whether two small letters follow a capital: in APIs and PDFs it begins no word. */
    private static boolean beginsWord(String text, int capital, int end) {
        return capital + 2 < end && Character.isLowerCase(text.charAt(capital + 1))
                && Character.isLowerCase(text.charAt(capital + 2));
    }
}
