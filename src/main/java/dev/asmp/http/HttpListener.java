package dev.asmp.http;

import dev.asmp.document.IoReason;
import dev.asmp.wire.Reply;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A listening socket: settings, start and stop. */
final class HttpListener implements AutoCloseable {
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(20);
    /** Limits the memory in the kernel for each slow client. */
    private static final int SEND_BUFFER = 256 * 1024;
    /** The time for request line and headers together. */
    private static final Duration ARRIVAL = Duration.ofSeconds(30);

    private final String host;
    private final int askedPort;
    private final WebServer server;

    HttpListener(String host, int port, RequestHandler handler, @Nullable Tls tls) {
        this.host = host;
        this.askedPort = port;
        // The server's NIO sockets write 8 KB at a time, whatever the answer's length.
        WebServerConfig.Builder builder = WebServer.builder().host(host).port(port)
                .shutdownHook(false).useNio(false).shutdownGracePeriod(Duration.ofSeconds(1))
                .protocolsDiscoverServices(false)
                .addConnectionSelector(new TimedConnections(Http1Config.builder().maxHeadersSize(16 * 1024)
                        .maxPrologueLength(8 * 1024).sendKeepAliveHeader(false), ARRIVAL))
                .connectionOptions(options -> options.readTimeout(READ_TIMEOUT).tcpNoDelay(true)
                        .socketSendBufferSize(SEND_BUFFER))
                .idleConnectionTimeout(Duration.ofMinutes(1)).idleConnectionPeriod(Duration.ofSeconds(10))
                .maxTcpConnections(4_096).maxPayloadSize(-1)
                .directHandlers(directHandlers()).routing(routing -> routing.any(handler::handle));
        this.server = (tls == null ? builder : builder.tls(tls)).build();
    }

    /** Loads the classes of the server library, in parallel with the rest of the start. */
    static void load() {
        WebServer.builder().shutdownHook(false).addProtocol(Http1Config.create()).build();
    }

    /** Starts to listen and answer; a failure says why the address cannot be bound. */
    void start() throws IOException {
        server.start();
        if (!server.isRunning()) {
            throw new BindException(whyNot());
        }
    }

    /** Finds why the server did not start, which it only logs: binding again fails with the reason. */
    private String whyNot() {
        try (ServerSocket socket = new ServerSocket(askedPort, 1, InetAddress.getByName(host))) {
            return "the address is free again (" + socket.getLocalSocketAddress() + "); try once more";
        } catch (IOException e) {
            return IoReason.of(e);
        }
    }

    int port() {
        return server.port();
    }

    /** Uses another certificate for new connections. */
    void reload(Tls tls) {
        server.reloadTls(tls);
    }

    @Override
    public void close() {
        server.stop();
    }

    /** Gives what Helidon refuses before a handler sees it the same envelope as all errors. */
    private static DirectHandlers directHandlers() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(type, (_, event, status, _, message) -> refused(event, status, message));
        }
        return handlers.build();
    }

    private static DirectHandler.TransportResponse refused(DirectHandler.EventType event, Status status,
            String message) {
        // A handler's own failures never get here: an internal error is one of the parser, such as an odd method.
        boolean isOdd = event == DirectHandler.EventType.INTERNAL_ERROR;
        String reason = isOdd || (event == DirectHandler.EventType.BAD_REQUEST && status.equals(Status.BAD_REQUEST_400))
                ? "this is no valid request: look at its first line, its headers, its % escapes and its Host"
                : message == null || message.isBlank() ? status.reasonPhrase() : message;
        ServerResponseHeaders headers = ServerResponseHeaders.create();
        headers.set(HeaderNames.CONTENT_TYPE, "application/json").set(RequestHandler.NOSNIFF)
                .set(RequestHandler.SAME_ORIGIN);
        return DirectHandler.TransportResponse.builder().status(isOdd ? Status.BAD_REQUEST_400 : status)
                .headers(headers).keepAlive(event.keepAlive())
                .entity(Reply.error(status.code(), reason).body()).build();
    }
}
