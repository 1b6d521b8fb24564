package dev.asmp.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of RFC 7396, appendix A, and the cost of a patch. */
class MergePatchTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{'a':'b'} | {'a':'c'} | {'a':'c'}",
            "{'a':'b'} | {'b':'c'} | {'a':'b','b':'c'}", "{'a':'b'} | {'a':null} | {}",
            "{'a':'b','b':'c'} | {'a':null} | {'b':'c'}", "{'a':['b']} | {'a':'c'} | {'a':'c'}",
            "{'a':'c'} | {'a':['b']} | {'a':['b']}",
            "{'a':{'b':'c'}} | {'a':{'b':'d','c':null}} | {'a':{'b':'d'}}", "{'a':[{'b':'c'}]} | {'a':[1]} | {'a':[1]}",
            "['a','b'] | ['c','d'] | ['c','d']", "{'a':'b'} | ['c'] | ['c']", "{'a':'foo'} | null | null",
            "{'a':'foo'} | 'bar' | 'bar'", "{'e':null} | {'a':1} | {'e':null,'a':1}",
            "[1,2] | {'a':'b','c':null} | {'a':'b'}", "{} | {'a':{'bb':{'ccc':null}}} | {'a':{'bb':{}}}"})
    void aPatchDoesWhatTheStandardSays(String target, String patch, String result) {
        assertEquals(result.replace('\'', '"'),
                new String(Json.write(MergePatch.apply(json(target), json(patch))), StandardCharsets.UTF_8));
    }

    @Test
    void aPatchOfManyKeysTakesNoLongerThanItsLength() {
        Mapping.Builder target = Mapping.builder();
        Mapping.Builder patch = Mapping.builder();
        for (int i = 0; i < 50_000; i++) {
            target.put("t" + i, i);
            patch.put("p" + i, i % 2 == 0 ? Scalar.NULL : Scalar.number(i));
        }
        Document result = assertTimeoutPreemptively(Duration.ofSeconds(5),
                () -> MergePatch.apply(target.build(), patch.build()));
        assertEquals(75_000, ((Mapping) result).fields().size());
    }

    private static Document json(String text) {
        return Json.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
