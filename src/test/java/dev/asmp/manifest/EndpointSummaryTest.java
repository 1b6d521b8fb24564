package dev.asmp.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The address of a service in one word. */
class EndpointSummaryTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            {}                                                   | -
            {endpoints: []}                                      | -
            {endpoints: [text, {port: 1}]}                       | -
            {endpoints: [{port: 80}]}                            | 127.0.0.1:80
            {endpoints: [{protocol: http, port: 80, path: /x}]}  | http://127.0.0.1:80/x
            {endpoints: [{protocol: https, host: box, port: 1}]} | https://box:1
            {endpoints: [{protocol: grpc, port: 80, path: /x}]}  | grpc 127.0.0.1:80
            {endpoints: [{protocol: unix, path: /run/x}]}        | unix /run/x
            {endpoints: [{protocol: stdio}]}                     | stdio
            {endpoints: [{protocol: http, url: 'http://x.y'}]}   | http://x.y
            {endpoints: [{url: 'http://x.y'}]}                   | http://x.y
            {endpoints: [{}]}                                    | -
            {endpoints: [{port: 1}, {port: 2}]}                  | 127.0.0.1:1
            """)
    void theFirstEndpointIsShown(String service, @Nullable String shown) {
        assertEquals(shown, EndpointSummary.of((Mapping) Yaml.read(service)));
    }
}
