package dev.asmp.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows in columns as wide as they must be. On a terminal no line wraps: the last column gives way first, then the columns of
 * least worth are left out, and then the widest ones are cut, the first one last.
 */
final class Table {
    private static final String GAP = "  ";
    private static final int LAST = 12;
    private static final int FIRST = 20;
    private static final int OTHERS = 4;

    private final String[] head;
    private final List<String[]> rows = new ArrayList<>();
    private List<String> droppable = List.of();

    Table(String... head) {
        this.head = head;
    }

    /** Names the columns that may be left out, the first one first: the last column, or one whose cells are all the same. */
    Table dropping(String... heads) {
        droppable = List.of(heads);
        return this;
    }

    void add(String... cells) {
        for (int i = 0; i < cells.length; i++) {
            cells[i] = Terminal.clean(cells[i]);
        }
        rows.add(cells);
    }

    String render(Terminal terminal) {
        int[] widths = widths();
        if (terminal.isBounded()) {
            for (String column : droppable) {
                int last = widths.length - 1;
                int yields = head[last].equals(column) ? Math.max(0, widths[last] - LAST) : 0;
                if (excess(widths, terminal) <= yields) {
                    break;
                }
                if (isWorthless(column)) {
                    return without(column).render(terminal);
                }
            }
            shrink(widths, terminal);
        }
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

    private static int excess(int[] widths, Terminal terminal) {
        int excess = GAP.length() * (widths.length - 1) - terminal.columns();
        for (int width : widths) {
            excess += width;
        }
        return excess;
    }

    private boolean isWorthless(String column) {
        int at = List.of(head).indexOf(column);
        return at == head.length - 1 || rows.stream().map(row -> row[at]).distinct().count() < 2;
    }

    private Table without(String column) {
        int at = List.of(head).indexOf(column);
        Table narrower = new Table(without(head, at));
        narrower.droppable = droppable.stream().filter(other -> !other.equals(column)).toList();
        rows.forEach(row -> narrower.rows.add(without(row, at)));
        return narrower;
    }

    private static String[] without(String[] cells, int at) {
        List<String> rest = new ArrayList<>(List.of(cells));
        rest.remove(at);
        return rest.toArray(String[]::new);
    }

    /** Takes what is too much from the last column, then from the widest ones, and from the first one only what must be. */
    private static void shrink(int[] widths, Terminal terminal) {
        int excess = excess(widths, terminal);
        int last = widths.length - 1;
        int given = Math.clamp(excess, 0, Math.max(0, widths[last] - LAST));
        widths[last] -= given;
        for (excess -= given; excess > 0; excess--) {
            int widest = -1;
            for (int i = 0; i < widths.length; i++) {
                boolean canGive = widths[i] > (i == 0 ? FIRST : OTHERS);
                widest = canGive && (widest < 0 || widths[i] > widths[widest]) ? i : widest;
            }
            widths[Math.max(widest, 0)]--;
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
