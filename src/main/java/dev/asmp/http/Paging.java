package dev.asmp.http;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The page of a list that a request asks for, by {@code limit} and {@code after}.
 *
 * @param limit the most items of a page
 * @param after the key of the last item of the page before; null for the first page
 */
record Paging(int limit, @Nullable String after, Exchange exchange) {
    static final int MOST = 1_000;
    static final int ALL = Integer.MAX_VALUE;
    private static final String AFTER = "after";

    /** Reads the parameters; without {@code limit}, a page has this many items. */
    static Paging of(Exchange exchange, int otherwise) {
        Long limit = exchange.number("limit");
        if (limit != null && (limit < 1 || limit > MOST)) {
            throw new HttpError(400, "limit: must be from 1 to " + MOST);
        }
        return new Paging(limit == null ? otherwise : limit.intValue(), exchange.query(AFTER), exchange);
    }

    /** Cuts the page from the items that follow {@code after}; one more than the limit is enough of them. */
    <T> List<T> page(Stream<T> following) {
        return following.limit(limit == ALL ? ALL : limit + 1L).toList();
    }

    /** The items of {@link #page} that are on it. */
    <T> List<T> shown(List<T> page) {
        return page.size() > limit ? page.subList(0, limit) : page;
    }

    /** The headers that lead to the next page; none on the last. */
    <T> Map<String, String> links(List<T> page, Function<T, String> key) {
        return page.size() <= limit ? Map.of() : link(key.apply(page.get(limit - 1)));
    }

    /** The header that leads to the page after this key. */
    Map<String, String> link(String key) {
        String others = Arrays.stream(exchange.rawQuery().split("&")).filter(one -> !one.isEmpty()
                && !one.startsWith(AFTER + "=")).map(one -> one + "&").collect(Collectors.joining());
        return Map.of("Link", "<" + exchange.path() + "?" + others + AFTER + "="
                + Exchange.encoded(key) + ">; rel=\"next\"");
    }
}
