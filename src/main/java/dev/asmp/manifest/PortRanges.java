package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ports and ranges of ports: {@code "7000-9999"}, or a list of numbers and ranges. */
public record PortRanges(List<Range> ranges) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,5})(?:\\s*-\\s*([0-9]{1,5}))?");
    private static final String EXPECTED = "\"lo-hi\", or a list of ports and ranges between 1 and 65535";

    /** From {@code low} to {@code high}, both included. */
    public record Range(int low, int high) {
        public Range {
            if (low < 1 || high > 65_535 || low > high) {
                throw new IllegalArgumentException("'" + low + "-" + high + "' is not " + EXPECTED);
            }
        }

        @Override
        public String toString() {
            return low == high ? Integer.toString(low) : low + "-" + high;
        }
    }

    public PortRanges {
        ranges = List.copyOf(ranges);
    }

    static PortRanges of(Document document) {
        return switch (document) {
            case Scalar scalar -> new PortRanges(List.of(range(scalar)));
            case Sequence list -> new PortRanges(list.items().stream().map(PortRanges::range).toList());
            default -> throw new IllegalArgumentException("must be " + EXPECTED);
        };
    }

    private static Range range(Document item) {
        Matcher matcher = FORM.matcher(item instanceof Scalar scalar ? scalar.text().strip() : "");
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be " + EXPECTED);
        }
        int low = Integer.parseInt(matcher.group(1));
        return new Range(low, matcher.group(2) == null ? low : Integer.parseInt(matcher.group(2)));
    }

    public boolean contains(int port) {
        return ranges.stream().anyMatch(range -> range.low <= port && port <= range.high);
    }

    @Override
    public String toString() {
        return String.join(", ", ranges.stream().map(Range::toString).toList());
    }
}
