package dev.asmp.ranking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How well questions find the service that should answer them; the pairs stand in the test's resources. */
class RankingTest {
    private static final double FIRST = 0.85;
    private static final double AMONG_THREE = 0.95;

    private static Ranking<Questions.Service> ranked(String question) throws IOException {
        return Ranking.of(Question.of(question), Questions.services(), Questions.Service::evidence);
    }

    private static List<String> names(Ranking<Questions.Service> ranking) {
        return ranking.hits().stream().map(hit -> hit.candidate().name()).toList();
    }

    @Test
    void mostQuestionsFindTheirServiceAtTheFirstPlace() throws IOException {
        List<Questions.Pair> pairs = Questions.pairs();
        int first = 0;
        int amongThree = 0;
        int hits = 0;
        for (Questions.Pair pair : pairs) {
            List<String> names = names(ranked(pair.question()));
            int place = names.indexOf(pair.expected());
            hits += names.size();
            first += place == 0 ? 1 : 0;
            amongThree += place >= 0 && place < 3 ? 1 : 0;
        }
        System.out.printf(
                "ranking: of %d questions %d found their service first (%.0f %%), %d among three (%.0f %%); %.1f answers each%n",
                pairs.size(), first, 100.0 * first / pairs.size(), amongThree, 100.0 * amongThree / pairs.size(),
                (double) hits / pairs.size());
        assertTrue(first >= FIRST * pairs.size(), first + " of " + pairs.size());
        assertTrue(amongThree >= AMONG_THREE * pairs.size(), amongThree + " of " + pairs.size());
    }

    @Test
    void theSameQuestionIsAnsweredTheSameAndSaysWhy() throws IOException {
        String question = Questions.pairs().getFirst().question();
        Ranking<Questions.Service> ranking = ranked(question);
        assertEquals(names(ranking), names(ranked(question)));
        assertTrue(!ranking.why(ranking.hits().getFirst()).isEmpty(), question);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "zzzzqqqq xxyyzz", "\u0000\u001b[31m", "?!…"})
    void nothingMeansNothing(String question) throws IOException {
        assertEquals(List.of(), names(ranked(question)));
    }

    @Test
    void aVeryLongQuestionIsBounded() throws IOException {
        assertTrue(ranked("mail ".repeat(100_000)).hits().size() <= Questions.services().size());
    }
}
