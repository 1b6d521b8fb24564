package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns as wide as their content; on a terminal the last one gives way first, then the widest. */
class TableTest {
    @ParameterizedTest(name = "{0} on {1} columns")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "mail/up/sends mail                  | 0  | NAME  IS  ABOUT¶mail  up  sends mail",
            "mail/up/                            | 0  | NAME  IS  ABOUT¶mail  up",
            "mail/up/sends mail to all the world | 40 | NAME  IS  ABOUT¶mail  up  sends mail to all the world",
            "mail/up/sends mail to all the world | 30 | NAME  IS  ABOUT¶mail  up  sends mail to all t…",
            "a-very-long-name-indeed/up/mail     | 30 | NAME                  IS  ABO…¶a-very-long-name-in…  up  mail",
            "日本/up/x                           | 0  | NAME  IS  ABOUT¶日本  up  x",
            "👍/up/x                             | 0  | NAME  IS  ABOUT¶👍    up  x",
            "é/up/x                             | 0  | NAME  IS  ABOUT¶é     up  x",
            "a  b/up/x                           | 0  | NAME  IS  ABOUT¶a b   up  x"})
    void aRowIsLaidOut(String row, int columns, String lines) {
        Table table = new Table("NAME", "IS", "ABOUT");
        table.add(row.split("/", -1));
        assertEquals(lines.replace('¶', '\n') + "\n",
                table.render(new Terminal(columns == 0 ? Integer.MAX_VALUE : columns, false)));
    }

    @ParameterizedTest
    @CsvSource({"40", "41", "60", "79"})
    void noLineIsWiderThanTheTerminal(int columns) {
        Table table = new Table("NAME", "STATUS", "UP", "WHERE", "DESCRIPTION");
        table.add("n".repeat(60), "registered", "✓", "http://127.0.0.1:7100/a/long/path", "日本語の説明 ".repeat(20));
        for (String line : table.render(new Terminal(columns, false)).split("\n", -1)) {
            int wide = (int) line.codePoints().filter(c -> c >= 0x2e80).count();
            assertEquals(true, line.codePointCount(0, line.length()) + wide <= columns, line);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "80 | NAME                      STATUS      UP  WHERE                  DESCRIPTION",
            "66 | NAME                      STATUS      UP  WHERE", "58 | NAME                      UP  WHERE",
            "48 | NAME                      UP  WHERE", "40 | NAME                    UP  WHERE"})
    void columnsAreLeftOutByWorthAndNamesStayLegible(int columns, String head) {
        Table table = new Table("NAME", "STATUS", "UP", "WHERE", "DESCRIPTION").dropping("DESCRIPTION", "STATUS");
        table.add("customer-invoice-archive", "registered", "✓", "http://127.0.0.1:7100",
                "keeps every invoice of all customers");
        table.add("mail", "registered", "?", "http://127.0.0.1:7101", "sends mail");
        assertEquals(head, table.render(new Terminal(columns, false)).lines().findFirst().orElse(""));
    }

    @Test
    void aStatusThatDiffersIsKept() {
        Table table = new Table("NAME", "STATUS", "UP", "WHERE", "DESCRIPTION").dropping("DESCRIPTION", "STATUS");
        table.add("customer-invoice-archive", "registered", "✓", "http://127.0.0.1:7100", "keeps");
        table.add("mail", "stale", "?", "http://127.0.0.1:7101", "sends mail");
        assertEquals(true, table.render(new Terminal(58, false)).contains("STATUS"));
    }
}
