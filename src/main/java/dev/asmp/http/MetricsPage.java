package dev.asmp.http;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/** A page in the text format of Prometheus: families of samples with help and type. */
public final class MetricsPage {
    private final Map<String, StringBuilder> families = new LinkedHashMap<>();
    private StringBuilder current = new StringBuilder();

    /** Begins a family of counters. */
    public MetricsPage counter(String name, String help) {
        return family(name, help, "counter");
    }

    /** Begins a family of gauges. */
    public MetricsPage gauge(String name, String help) {
        return family(name, help, "gauge");
    }

    MetricsPage histogram(String name, String help) {
        return family(name, help, "histogram");
    }

    private MetricsPage family(String name, String help, String type) {
        current = families.computeIfAbsent(name, _ -> new StringBuilder().append("# HELP ").append(name).append(' ')
                .append(help).append("\n# TYPE ").append(name).append(' ').append(type).append('\n'));
        return this;
    }

    /** Adds a sample to the last family; labels come in pairs. */
    public MetricsPage sample(String name, long value, String... labels) {
        return line(name, Long.toString(value), labels);
    }

    /** Adds a sample to the last family; labels come in pairs. */
    public MetricsPage sample(String name, double value, String... labels) {
        return line(name, plain(value), labels);
    }

    /** A number without an exponent: readers compare labels as texts. */
    static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private MetricsPage line(String name, String value, String... labels) {
        current.append(name);
        for (int i = 0; i < labels.length; i += 2) {
            current.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"").append(escaped(labels[i + 1]))
                    .append('"');
        }
        current.append(labels.length == 0 ? " " : "} ").append(value).append('\n');
        return this;
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    String text() {
        return String.join("", families.values());
    }
}
