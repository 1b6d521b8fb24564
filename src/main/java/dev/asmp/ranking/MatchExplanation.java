package dev.asmp.ranking;

import dev.asmp.manifest.Printable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Explanations why a service answers a question. */
final class MatchExplanation {
    private static final int LONGEST = 80;

    private final Question question;
    private final Weights weights;

    MatchExplanation(Question question, Weights weights) {
        this.question = question;
        this.weights = weights;
    }

    List<String> of(Evidence evidence) {
        EvidenceMatch reading = new EvidenceMatch(question);
        reading.read(evidence);
        List<Integer> bits = new ArrayList<>();
        for (int bit = 0; bit < question.words().size(); bit++) {
            if (reading.worth(bit) > 0) {
                bits.add(bit);
            }
        }
        bits.sort(Comparator.comparingDouble((Integer bit) -> reading.worth(bit) * weights.ofWord()[bit]).reversed());
        Map<Integer, List<String>> byPlace = new LinkedHashMap<>();
        bits.forEach(bit -> byPlace.computeIfAbsent(reading.bestMark(bit), _ -> new ArrayList<>())
                .add(question.words().get(bit)));
        List<String> why = new ArrayList<>();
        byPlace.forEach((mark, words) -> why.add(String.join(", ", words) + ": " + place(evidence.text(), mark)));
        if (why.isEmpty()) {
            why.add("as it was asked: " + place(evidence.text(), question.markOf(evidence.text())));
        }
        new Exclusions(question, weights).of(evidence).reasons().forEach(reason -> why.add("against: " + reason));
        return why;
    }

    private static String place(String text, int mark) {
        EvidenceField field = EvidenceField.of(text.charAt(mark));
        return field.word() + " " + shown(text, mark + 1, end(text, mark + 1));
    }

    /** Returns the end of the text that begins here. */
    static int end(String text, int start) {
        int end = start;
        while (end < text.length() && text.charAt(end) >= ' ') {
            end++;
        }
        return end;
    }

    /** Quotes a text, truncated where it is long. */
    static String shown(String text, int start, int end) {
        String whole = Printable.of(text.substring(start, end).strip());
        if (whole.length() <= LONGEST) {
            return "'" + whole + "'";
        }
        int cut = Character.isHighSurrogate(whole.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return "'" + whole.substring(0, cut) + "…'";
    }
}
