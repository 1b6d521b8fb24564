package dev.asmp.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows in columns as wide as they must be; on a terminal the last column gives way, so that no line wraps. */
final class Table {
    private static final String GAP = "  ";

    private final String[] head;
    private final List<String[]> rows = new ArrayList<>();

    Table(String... head) {
        this.head = head;
    }

    void add(String... cells) {
        for (int i = 0; i < cells.length; i++) {
            cells[i] = Terminal.clean(cells[i]);
        }
        rows.add(cells);
    }

    String render(Terminal terminal) {
        int[] widths = widths();
        shrink(widths, terminal);
        StringBuilder out = new StringBuilder();
        out.append(terminal.faint(line(head, widths))).append('\n');
        for (String[] row : rows) {
            String line = line(row, widths);
            out.append(line).append('\n');
        }
        return out.toString();
    }

    private int[] widths() {
        int[] widths = new int[head.length];
        measure(head, widths);
        for (String[] row : rows) {
            measure(row, widths);
        }
        return widths;
    }

    private static void measure(String[] row, int[] widths) {
        for (int i = 0; i < row.length; i++) {
            widths[i] = Math.max(widths[i], width(row[i]));
        }
    }

    /** Takes what is too much from the last column, and then from the widest ones. */
    private static void shrink(int[] widths, Terminal terminal) {
        if (!terminal.isBounded()) {
            return;
        }
        int excess = GAP.length() * (widths.length - 1) - terminal.columns();
        for (int width : widths) {
            excess += width;
        }
        int last = widths.length - 1;
        int given = Math.clamp(excess, 0, Math.max(0, widths[last] - 12));
        widths[last] -= given;
        for (excess -= given; excess > 0; excess--) {
            int widest = 0;
            for (int i = 1; i < widths.length; i++) {
                widest = widths[i] > widths[widest] ? i : widest;
            }
            widths[widest]--;
        }
    }

    private static String line(String[] row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.length; i++) {
            String cell = cut(row[i], widths[i]);
            line.append(cell);
            if (i < row.length - 1) {
                line.append(" ".repeat(widths[i] - width(cell))).append(GAP);
            }
        }
        return line.toString().stripTrailing();
    }

    private static String cut(String text, int width) {
        if (width(text) <= width) {
            return text;
        }
        StringBuilder cut = new StringBuilder();
        int used = 0;
        for (int i = 0; i < text.length();) {
            int c = text.codePointAt(i);
            used += width(c);
            if (used > width - 1) {
                break;
            }
            cut.appendCodePoint(c);
            i += Character.charCount(c);
        }
        return cut.append('…').toString();
    }

    private static int width(String text) {
        int width = 0;
        for (int i = 0; i < text.length();) {
            int c = text.codePointAt(i);
            width += width(c);
            i += Character.charCount(c);
        }
        return width;
    }

    /** Columns that a character takes: two for the wide ones of East Asia and for emoji, none for marks on another. */
    private static int width(int c) {
        if (c < 0x300) {
            return 1;
        }
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        boolean wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3)
                || (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60)
                || (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
        return wide ? 2 : 1;
    }
}
