package dev.asmp.ranking;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * The candidates that answer a question, best first.
 *
 * <pre>
 *   each word        counts more the fewer candidates say it, and most where it is in a name
 *   each candidate   is read once; a question with a word that no service contains, once more with what may have been meant
 *   the score        is how much of the question it answers, of 100, less what the candidate says against itself
 * </pre>
 *
 * Candidates far behind the best are left out, and those in which only a widely shared action ("send") matches, unless they contain
 * the question literally.
 */
public final class Ranking<T> {
    /** The share of the best score that the next must have to come close. */
    private static final double CLOSE = 0.9;
    private static final double FAR_BEHIND = 0.25;
    /** The score of a candidate that contains the question as a part of a word. */
    private static final double CONTAINED = 1;
    /** An action of this number of services is shared; of one in this number of all services, widely. */
    private static final int SEVERAL = 3;
    private static final int MANY = 10;

    private final Question question;
    private final Weights weights;
    private final List<Hit<T>> hits;

    private Ranking(Question question, Weights weights, List<Hit<T>> hits) {
        this.question = question;
        this.weights = weights;
        this.hits = hits;
    }

    /** A candidate that answers. */
    public record Hit<T>(T candidate, Evidence evidence, double score) {}

    /** A candidate with a match, and the score of each word. */
    private record Found<T>(T candidate, Evidence evidence, float[] worth, int bits, int topicBits, boolean contains) {
        /** Tells whether more than these actions matches. */
        boolean hasMoreThan(int actions) {
            return contains || ((bits & ~actions) | topicBits) != 0;
        }
    }

    /** Ranks candidates; among equals the one that is given first comes first. */
    public static <T> Ranking<T> of(Question question, Collection<T> candidates, Function<T, Evidence> evidence) {
        Search<T> search = new Search<>(question, candidates, evidence);
        TypoCorrection typos = new TypoCorrection(question, search.unknown());
        if (typos.areThinkable()) {
            candidates.forEach(candidate -> typos.look(evidence.apply(candidate)));
        }
        return typos.meant().isEmpty()
                ? search.ranked()
                : new Search<>(question.with(typos.meant()), candidates, evidence).ranked();
    }

    /** Reads all candidates once. */
    private static final class Search<T> {
        private final Question question;
        private final int candidates;
        private final List<Found<T>> found = new ArrayList<>();
        private final int[] firm;
        private final int[] perhaps;
        private final int[] asAction;

        Search(Question question, Collection<T> candidates, Function<T, Evidence> evidence) {
            this.question = question;
            this.candidates = candidates.size();
            this.firm = new int[question.words().size()];
            this.perhaps = new int[question.words().size()];
            this.asAction = new int[question.words().size()];
            EvidenceMatch reading = new EvidenceMatch(question);
            candidates.forEach(candidate -> look(candidate, evidence.apply(candidate), reading));
        }

        private void look(T candidate, Evidence evidence, EvidenceMatch reading) {
            if (!question.mayBeIn(evidence.text())) {
                return;
            }
            reading.read(evidence);
            boolean contains = evidence.contains(question);
            if (reading.bits() == 0 && !contains) {
                return;
            }
            float[] worth = new float[firm.length];
            for (int bit = 0; bit < worth.length; bit++) {
                worth[bit] = reading.worth(bit);
                firm[bit] += reading.firmBits() >> bit & 1;
                perhaps[bit] += reading.bits() >> bit & 1;
                asAction[bit] += reading.actionBits() >> bit & 1;
            }
            found.add(new Found<>(candidate, evidence, worth, reading.bits(), reading.topicBits(), contains));
        }

        /** The words that no service contains, a bit for each. */
        int unknown() {
            int unknown = 0;
            for (int bit = 0; bit < firm.length; bit++) {
                unknown |= firm[bit] == 0 ? 1 << bit : 0;
            }
            return unknown;
        }

        Ranking<T> ranked() {
            int[] saying = new int[firm.length];
            for (int bit = 0; bit < saying.length; bit++) {
                saying[bit] = firm[bit] > 0 ? firm[bit] : perhaps[bit];
            }
            Weights weights = Weights.of(candidates, saying);
            Exclusions objections = new Exclusions(question, weights);
            int actions = sharedActions();
            List<Hit<T>> hits = new ArrayList<>();
            found.stream().filter(one -> one.hasMoreThan(actions)).forEach(one -> hits.add(
                    new Hit<>(one.candidate, one.evidence, score(one, weights) * objections.of(one.evidence).left())));
            return new Ranking<>(question, weights, best(hits));
        }

        /**
         * The words that weigh nothing by themselves, a bit for each: actions of several services beside a topic that a
         * service has, or of a tenth of all services beside one that none has. A question of actions alone has none.
         */
        private int sharedActions() {
            int actions = 0;
            int ofMany = 0;
            boolean topicIsMet = false;
            for (int bit = 0; bit < perhaps.length; bit++) {
                if (2 * asAction[bit] > perhaps[bit]) {
                    actions |= perhaps[bit] >= SEVERAL ? 1 << bit : 0;
                    ofMany |= perhaps[bit] >= Math.max(SEVERAL, candidates / MANY) ? 1 << bit : 0;
                } else {
                    topicIsMet |= perhaps[bit] > 0;
                }
            }
            int shared = topicIsMet ? actions : ofMany;
            return Integer.bitCount(shared) == perhaps.length ? 0 : shared;
        }

        private double score(Found<T> one, Weights weights) {
            double sum = 0;
            for (int bit = 0; bit < one.worth.length; bit++) {
                sum += one.worth[bit] * weights.ofWord()[bit];
            }
            double score = weights.all() == 0 ? 0 : 100 * sum / (weights.all() * EvidenceField.MOST);
            return one.contains ? Math.max(score, CONTAINED) : score;
        }

        private List<Hit<T>> best(List<Hit<T>> hits) {
            double most = hits.stream().mapToDouble(Hit::score).max().orElse(0);
            List<Hit<T>> best = new ArrayList<>(hits.size());
            for (Hit<T> hit : hits) {
                if (hit.score >= most * FAR_BEHIND || hit.evidence.contains(question)) {
                    best.add(hit);
                }
            }
            best.sort(Comparator.comparingDouble((Hit<T> hit) -> hit.score).reversed());
            return best;
        }
    }

    /** The candidates that answer, best first. */
    public List<Hit<T>> hits() {
        return hits;
    }

    /** The number of leading hits that are nearly tied; 0 where the first is clear. */
    public int close() {
        int close = 0;
        while (close < hits.size() && hits.get(close).score >= CLOSE * hits.getFirst().score) {
            close++;
        }
        return close < 2 ? 0 : close;
    }

    /** Explains a hit: the words of the question that matched, and what counted against it, a line each. */
    public List<String> why(Hit<T> hit) {
        return new MatchExplanation(question, weights).of(hit.evidence);
    }
}
