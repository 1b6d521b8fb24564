package dev.asmp.ranking;

import java.util.ArrayList;
import java.util.List;

/** Evidence of a service against itself: anti-routes, and examples that belong to other services. */
final class Exclusions {
    private static final double DISQUALIFIED = 0.1;
    /** The similarity from which an example applies. */
    private static final double ALIKE = 0.5;
    private static final double MOST_TAKEN = 0.8;

    private final TextMatch item;
    private final Weights weights;

    Exclusions(Question question, Weights weights) {
        this.item = new TextMatch(question);
        this.weights = weights;
    }

    /** The remaining share of a score, and the reasons. */
    record Verdict(double left, List<String> reasons) {
        static final Verdict NONE = new Verdict(1, List.of());
    }

    Verdict of(Evidence evidence) {
        String against = evidence.against();
        return against == null ? Verdict.NONE : verdict(against, likestExample(evidence.text()));
    }

    private Verdict verdict(String against, double likestExample) {
        double left = 1;
        List<String> reasons = new ArrayList<>();
        int limit = item.open(against);
        for (int at = 0; at < limit;) {
            item.read(at);
            double here = switch (item.field()) {
                case ANTI_ROUTE -> item.share() == 1 ? DISQUALIFIED : 1;
                case NEGATIVE -> left(likeness(), likestExample);
                default -> 1;
            };
            int next = item.end();
            if (here < 1) {
                reasons.add(reason(against, next));
            }
            left = Math.min(left, here);
            at = next;
        }
        return reasons.isEmpty() ? Verdict.NONE : new Verdict(left, reasons);
    }

    private static double left(double likeness, double likestExample) {
        return likeness >= ALIKE && likeness > likestExample ? 1 - MOST_TAKEN * likeness : 1;
    }

    /** Similarity of the question and the current text: the share of each that is in the other. */
    private double likeness() {
        double ofQuestion = weights.share(item.firmBits());
        double ofText = item.share();
        return ofQuestion + ofText == 0 ? 0 : 2 * ofQuestion * ofText / (ofQuestion + ofText);
    }

    private double likestExample(String text) {
        double most = 0;
        int limit = item.open(text);
        for (int at = 0; at < limit; at = item.end()) {
            item.read(at);
            if (item.field() == EvidenceField.EXAMPLE) {
                most = Math.max(most, likeness());
            }
        }
        return most;
    }

    private String reason(String against, int next) {
        return item.field().word() + " " + MatchExplanation.shown(against, item.start(), item.end())
                + handoff(against, next);
    }

    private static String handoff(String against, int at) {
        boolean follows = at < against.length() && EvidenceField.of(against.charAt(at)) == EvidenceField.HANDOFF;
        return follows
                ? ", which is for " + MatchExplanation.shown(against, at + 1, MatchExplanation.end(against, at + 1))
                : "";
    }
}
