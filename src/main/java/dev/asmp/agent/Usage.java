package dev.asmp.agent;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Tokens and money that an agent has used, as it says so itself. */
public record Usage(long input, long output, long cacheRead, long cacheWrite, BigDecimal cost) {
    public static final Usage NONE = new Usage(0, 0, 0, 0, BigDecimal.ZERO);

    /** The same with what one message used. */
    Usage plus(Mapping usage) {
        return new Usage(input + number(usage, "input"), output + number(usage, "output"),
                cacheRead + number(usage, "cacheRead"), cacheWrite + number(usage, "cacheWrite"),
                cost.add(decimal(usage.mapping("cost").text("total"))));
    }

    public long total() {
        return input + output + cacheRead + cacheWrite;
    }

    public Mapping document() {
        return Mapping.builder().put("input", input).put("output", output).put("cacheRead", cacheRead)
                .put("cacheWrite", cacheWrite).put("total", total()).build();
    }

    /** The cost as a number of JSON. */
    public Scalar costScalar() {
        return new Scalar(Scalar.Kind.NUMBER, cost.stripTrailingZeros().toPlainString());
    }

    /** Reads what {@link #document} and {@link #costScalar} wrote. */
    public static Usage of(Mapping tokens, @Nullable String cost) {
        return new Usage(number(tokens, "input"), number(tokens, "output"), number(tokens, "cacheRead"),
                number(tokens, "cacheWrite"), decimal(cost));
    }

    private static long number(Mapping mapping, String key) {
        return Math.max(0, decimal(mapping.text(key)).longValue());
    }

    private static BigDecimal decimal(@Nullable String written) {
        return written != null && written.length() < 40 && written.matches("[0-9]+(\\.[0-9]+)?([eE]-?[0-9]{1,2})?")
                ? new BigDecimal(written)
                : BigDecimal.ZERO;
    }
}
