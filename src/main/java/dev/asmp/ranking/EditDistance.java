package dev.asmp.ranking;

/** How far one spelling is from another. */
final class EditDistance {
    private EditDistance() {}

    /** Whether one letter more, less, other, or two neighbours exchanged make one of the other. */
    static boolean isOneApart(String a, String text, int start, int end) {
        int length = end - start;
        int difference = a.length() - length;
        if (difference < -1 || difference > 1) {
            return false;
        }
        int most = Math.min(a.length(), length);
        int head = 0;
        while (head < most && a.charAt(head) == text.charAt(start + head)) {
            head++;
        }
        int tail = 0;
        while (tail < most - head && a.charAt(a.length() - 1 - tail) == text.charAt(end - 1 - tail)) {
            tail++;
        }
        int left = Math.max(a.length(), length) - head - tail;
        return left == 1 || (left == 2 && difference == 0 && a.charAt(head) == text.charAt(start + head + 1)
                && a.charAt(head + 1) == text.charAt(start + head));
    }

    /** How many letters must be put in, taken out or changed, or neighbours exchanged, to make one of the other. */
    static int distance(String a, String b) {
        int[] before = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        int[] next = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            next[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = row[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                next[j] = Math.min(changed, 1 + Math.min(row[j], next[j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    next[j] = Math.min(next[j], before[j - 2] + 1);
                }
            }
            int[] free = before;
            before = row;
            row = next;
            next = free;
        }
        return row[b.length()];
    }
}
