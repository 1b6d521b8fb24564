import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * A minimal Helidon server: the same bytes for every request, with the settings and headers of the registry; or, with a number of
 * copies, a table of so many services in which each has a copy of the bytes.
 */
final class ConstantServer {
    private static final Header JSON = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json");
    private static final Header NOSNIFF = HeaderValues.createCached("X-Content-Type-Options", "nosniff");
    private static final Header SAME_ORIGIN = HeaderValues.createCached("Cross-Origin-Resource-Policy", "same-origin");

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        byte[] answer = Files.readAllBytes(Path.of(arguments[1]));
        Map<String, byte[]> copies = new HashMap<>();
        for (int i = Integer.parseInt(arguments[2]) - 1; i >= 0; i--) {
            copies.put("/services/svc-" + i, answer.clone());
            copies.put("provides=bench.svc-group-" + i / 3 + ".send", answer.clone());
        }
        Function<HttpPrologue, byte[]> answers = copies.isEmpty() ? any -> answer : asked -> copies.get(
                asked.query().isEmpty() ? asked.uriPath().rawPath() : asked.query().rawValue());
        WebServer.builder().host("127.0.0.1").port(port)
                .addProtocol(Http1Config.builder().maxHeadersSize(16 * 1024).maxPrologueLength(8 * 1024)
                        .sendKeepAliveHeader(false).build())
                .connectionOptions(options -> options.readTimeout(Duration.ofSeconds(20)).tcpNoDelay(true))
                .idleConnectionTimeout(Duration.ofMinutes(2)).maxTcpConnections(4_096).maxPayloadSize(-1)
                .routing(routing -> routing.any((request, response) -> response.header(JSON).header(NOSNIFF)
                        .header(SAME_ORIGIN).send(answers.apply(request.prologue()))))
                .build().start();
    }
}
