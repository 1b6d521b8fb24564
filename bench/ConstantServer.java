import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A minimal Helidon server: the same bytes for every request, with the settings and headers of the registry. */
final class ConstantServer {
    private static final Header JSON = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json");
    private static final Header NOSNIFF = HeaderValues.createCached("X-Content-Type-Options", "nosniff");
    private static final Header SAME_ORIGIN = HeaderValues.createCached("Cross-Origin-Resource-Policy", "same-origin");

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        byte[] answer = Files.readAllBytes(Path.of(arguments[1]));
        WebServer.builder().host("127.0.0.1").port(port)
                .addProtocol(Http1Config.builder().maxHeadersSize(16 * 1024).maxPrologueLength(8 * 1024)
                        .sendKeepAliveHeader(false).build())
                .connectionOptions(options -> options.readTimeout(Duration.ofSeconds(20)).tcpNoDelay(true))
                .idleConnectionTimeout(Duration.ofMinutes(2)).maxTcpConnections(4_096).maxPayloadSize(-1)
                .routing(routing -> routing.any((request, response) -> response.header(JSON).header(NOSNIFF)
                        .header(SAME_ORIGIN).send(answer)))
                .build().start();
    }
}
