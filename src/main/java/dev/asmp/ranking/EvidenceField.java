package dev.asmp.ranking;

/**
 * A field of a manifest, and the weight of a word of the question that matches there. A text of evidence begins with the mark of
 * its field, a control character, which no text contains.
 */
enum EvidenceField {
    NAME(1, "name", 10), OWNS(2, "owns", 8), ALIAS(3, "alias", 7), PROVIDES(4, "provides", 6), SUPPORTS(5, "supports",
            3), EXAMPLE(6, "example", 8), DESCRIPTION(7, "description", 2), AS_WRITTEN(8, "text",
                    0), ANTI_ROUTE(9, "anti-route", 0), NEGATIVE(10, "negative example", 0), HANDOFF(11, "handoff", 0);

    /** The maximum score of one word. */
    static final int MOST = 10;
    /** The number of marks, and one for no mark. */
    static final int MARKS = 12;

    private static final EvidenceField[] BY_MARK = new EvidenceField[MARKS];

    static {
        for (EvidenceField field : values()) {
            BY_MARK[field.mark] = field;
        }
    }

    private final char mark;
    private final String word;
    private final int weight;

    EvidenceField(int mark, String word, int weight) {
        this.mark = (char) mark;
        this.word = word;
        this.weight = weight;
    }

    static EvidenceField of(char mark) {
        return BY_MARK[mark];
    }

    char mark() {
        return mark;
    }

    String word() {
        return word;
    }

    /** Tells whether it holds names and capabilities rather than sentences. */
    boolean isTerse() {
        return mark <= SUPPORTS.mark;
    }

    /** Tells whether it holds capabilities, whose last word is an action. */
    boolean hasActions() {
        return this == OWNS || this == PROVIDES || this == SUPPORTS;
    }

    /** Tells whether it holds sentences, in which function words separate the significant ones. */
    boolean hasSentences() {
        return this == EXAMPLE || this == NEGATIVE || this == ANTI_ROUTE;
    }

    /** Scores a word in a text with this number of words, of which {@code met} are in the question. */
    float worth(int words, float met) {
        float share = met / words;
        return switch (this) {
            case EXAMPLE -> weight * share;
            case DESCRIPTION -> weight * 40f / (40 + words);
            case NAME, OWNS, ALIAS, PROVIDES, SUPPORTS -> weight * (0.5f + 0.5f * share);
            case AS_WRITTEN, ANTI_ROUTE, NEGATIVE, HANDOFF -> 0;
        };
    }
}
