package dev.asmp.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far two words are apart, and which of several was meant. */
class EditDistanceTest {
    @ParameterizedTest
    @CsvSource({"mail, mail, 0", "mail, mial, 1", "mail, mall, 1", "mail, Mails, 1", "mail, ail, 1", "mail, wiki, 4",
            "a, abcdefgh, 4", "'', abc, 3", "kitten, sitting, 3"})
    void wordsHaveADistance(String one, String other, int distance) {
        assertEquals(distance, EditDistance.of(one, other));
        assertEquals(distance, EditDistance.of(other, one));
    }

    @ParameterizedTest
    @CsvSource({"requires_aproval, requires_approval", "mial, mail", "lst, list", "logs, ", "MAIL, mail", "xyz, ",
            "lits, list"})
    void theWordThatWasMeantIsFoundByCloseness(String written, String meant) {
        assertEquals(meant,
                EditDistance.nearest(written, List.of("mods", "list", "last", "mail", "requires_approval")));
    }

    @Test
    void theQuickComparisonOfOneEditAgreesWithTheDistance() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            String one = word(random);
            String other = word(random);
            assertEquals(EditDistance.of(one, other) == 1,
                    EditDistance.isOneApart(one, "x" + other + "y", 1, 1 + other.length()), one + " " + other);
        }
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            word.append((char) ('a' + random.nextInt(3)));
        }
        return word.toString();
    }
}
