package dev.asmp.ranking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Limits;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Manifest;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The evidence of a manifest is bounded, whatever the manifest says. */
class EvidenceTest {
    private static final String HEAD = "asmp: \"0.1\"\nkind: service\nname: mail\n";

    private static Evidence of(String yaml) {
        assertTrue(yaml.length() < Limits.MANIFEST_BYTES);
        return Evidence.of(Manifest.of(Yaml.read(HEAD + yaml)), List.of());
    }

    @Test
    void anAliasOverCharactersThatNormalizationMultipliesStaysWithinTheLimit() {
        String phrase = "\uFDFA".repeat(2_700); // each becomes 18 characters
        Evidence evidence = of("capabilities: {provides: [a.b], owns: [&a " + phrase + ", *a".repeat(110)
                + "], negative_examples: [" + "*a, ".repeat(110) + "]}\n");
        assertTrue(evidence.text().length() <= Evidence.LONGEST, () -> "" + evidence.text().length());
        String against = String.valueOf(evidence.against());
        assertTrue(against.length() <= Evidence.LONGEST, () -> "" + against.length());
        assertTrue(Question.of("mail").isIn(evidence.text()));
    }

    @Test
    void aHandoffAndASplitWordStayWithinTheLimitToo() {
        String examples = "{query: aB, handoff: &h " + "xY".repeat(5_000) + "}"
                + ", {query: cD, handoff: *h}".repeat(80);
        Evidence evidence = of("capabilities: {provides: [a.b], supports: [" + "aBcD, ".repeat(10_000)
                + "], negative_examples: [" + examples + "]}\n");
        assertTrue(evidence.text().length() <= Evidence.LONGEST);
        assertTrue(String.valueOf(evidence.against()).length() <= Evidence.LONGEST);
    }

    @Test
    void theWeightierFieldsAreKeptAndThePartsOfACharacterStayTogether() {
        String many = IntStream.range(0, 2_000).mapToObj(i -> "thing-" + i + ".do").collect(Collectors.joining(", "));
        Evidence evidence = of("description: \"" + "\uD83D\uDCEE".repeat(5_000) + "\"\ncapabilities: {provides: ["
                + many + "], owns: [letter.send]}\n");
        assertTrue(Question.of("letter.send").isIn(evidence.text()));
        assertTrue(Question.of("thing-700.do").isIn(evidence.text()));
        assertEquals(Evidence.LONGEST, evidence.text().length(), 1);
        Evidence prose = of(
                "description: \"x" + "\uD83D\uDCEE".repeat(5_000) + "\"\ncapabilities: {provides: [a.b]}\n");
        assertTrue(Character.isLowSurrogate(prose.text().charAt(prose.text().length() - 1)));
    }

    @Test
    void anHonestManifestIsKeptWhole() {
        String many = IntStream.range(0, 700).mapToObj(i -> "domain.action-" + i).collect(Collectors.joining(", "));
        Evidence evidence = of("description: " + "words of prose ".repeat(200) + "the end\ncapabilities: {provides: ["
                + many + "]}\n");
        assertTrue(Question.of("domain.action-699").isIn(evidence.text()));
        assertTrue(Question.of("prose the end").isIn(evidence.text()));
    }
}
