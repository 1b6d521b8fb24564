package dev.asmp.document;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of RFC 7396, appendix A. */
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

    private static Document json(String text) {
        return Json.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
