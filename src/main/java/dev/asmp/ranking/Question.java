package dev.asmp.ranking;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Question in plain words, prepared for matching; words beyond a limit are ignored. */
public final class Question {
    /** The words, one per bit of an int. */
    static final int MAX_WORDS = 32;
    private static final int MAX_LENGTH = 4_096;
    private static final int MAX_WORD = 64;
    private static final int INITIALS = 256;
    private static final int NONE = -1;

    private final String whole;
    private final String asWritten;
    private final List<String> words;
    private final List<Term> terms;
    private final Term[][] byInitial;
    private final boolean[] endings = new boolean[INITIALS];
    private final LetterFilter keys;

    private Question(String whole, String asWritten, List<String> words, List<Term> terms) {
        this.whole = whole;
        this.asWritten = asWritten;
        this.words = List.copyOf(words);
        this.terms = List.copyOf(terms);
        this.byInitial = byInitial(terms);
        terms.forEach(term -> endings[term.word().charAt(term.word().length() - 1) % INITIALS] = true);
        this.keys = new LetterFilter(terms);
    }

    public static Question of(String text) {
        String cut = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text;
        String compatible = NormalizedText.compatible(cut);
        List<String> all = WordSplitter.split(compatible).stream().filter(word -> word.length() <= MAX_WORD).toList();
        Map<String, Integer> places = places(all);
        List<Term> terms = new ArrayList<>();
        places.forEach((word, place) -> terms.add(Term.single(word, place)));
        addPairs(all, places, terms);
        // A truncated question is not searched for literally.
        boolean complete = cut.length() == text.length();
        return new Question(complete ? NormalizedText.lower(compatible).strip() : "",
                complete ? NormalizedText.lower(cut).strip() : "",
                List.copyOf(places.keySet()), terms);
    }

    /** The significant words with their places; all words where none is significant. */
    private static Map<String, Integer> places(List<String> all) {
        List<String> chosen = all.stream().filter(word -> !WordSplitter.isSmall(word)).toList();
        Map<String, Integer> places = new LinkedHashMap<>();
        for (String word : chosen.isEmpty() ? all : chosen) {
            if (places.size() < MAX_WORDS) {
                places.putIfAbsent(word, places.size());
            }
        }
        return places;
    }

    /** Adds neighbours written as one word: e-mail, data base, log in, rolled back. */
    private static void addPairs(List<String> all, Map<String, Integer> places, List<Term> terms) {
        for (int i = 1; i < all.size() && terms.size() < 3 * MAX_WORDS; i++) {
            String word = all.get(i - 1);
            String next = all.get(i);
            int left = places.getOrDefault(word, NONE);
            int right = places.getOrDefault(next, NONE);
            boolean matter = left != NONE ? right != NONE || isParticle(next) : right != NONE && isParticle(word);
            if (matter) {
                int first = left == NONE ? right : left;
                int last = right == NONE ? left : right;
                String stem = word.substring(0, Stem.length(Stem.of(word, 0, word.length())));
                terms.add(Term.pair(word + next, first, last));
                if (!stem.equals(word)) {
                    terms.add(Term.pair(stem + next, first, last));
                }
            }
        }
    }

    private static boolean isParticle(String word) {
        return word.length() <= 2;
    }

    private static Term[][] byInitial(List<Term> terms) {
        List<List<Term>> lists = new ArrayList<>();
        for (int i = 0; i < INITIALS; i++) {
            lists.add(new ArrayList<>());
        }
        terms.forEach(term -> lists.get(term.word().charAt(0) % INITIALS).add(term));
        return lists.stream().map(list -> list.toArray(new Term[0])).toArray(Term[][]::new);
    }

    /** The same question with corrections of misspelt words. */
    Question with(List<Term> more) {
        List<Term> all = new ArrayList<>(terms);
        all.addAll(more);
        return new Question(whole, asWritten, words, all);
    }

    /** The significant words. */
    List<String> words() {
        return words;
    }

    List<Term> terms() {
        return terms;
    }

    /** The terms that begin with this letter, and perhaps some others. */
    Term[] beginningWith(char initial) {
        return byInitial[initial % INITIALS];
    }

    /** Tells whether a word may end with this letter. */
    boolean hasOneEndingWith(char letter) {
        return endings[letter % INITIALS];
    }

    /** Tells whether a text may contain a word of the question; decided by a few letters. */
    boolean mayBeIn(String text) {
        return keys.mayBeIn(text);
    }

    /** Tells whether a text contains the question literally. */
    boolean isIn(String text) {
        return placeIn(text) >= 0;
    }

    /** The mark of the text that contains the question literally; else the first. */
    int markOf(String text) {
        int mark = Math.max(0, placeIn(text));
        while (text.charAt(mark) >= ' ') {
            mark--;
        }
        return mark;
    }

    private int placeIn(String text) {
        int place = whole.isEmpty() ? -1 : text.indexOf(whole);
        return place >= 0 || asWritten.equals(whole) ? place : text.indexOf(asWritten);
    }
}
