package dev.asmp.health;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A server on loopback that behaves as badly as a test wants. */
final class Peer implements AutoCloseable {
    private final ServerSocket server;
    private final Behaviour behaviour;
    private final CountDownLatch closed = new CountDownLatch(1);
    final List<String> requests = new CopyOnWriteArrayList<>();
    /** How the connections ended: null for well. */
    final List<String> ends = new CopyOnWriteArrayList<>();

    /** What it does with a connection, before that is closed. */
    interface Behaviour {
        void with(Socket connection, Peer self) throws IOException, InterruptedException;
    }

    Peer(Behaviour behaviour) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1")), behaviour);
    }

    Peer(ServerSocket server, Behaviour behaviour) {
        this.server = server;
        this.behaviour = behaviour;
        Thread.ofVirtual().start(this::accept);
    }

    /** Reads a request, then answers with these bytes and closes. */
    static Peer answering(String answer) throws IOException {
        return new Peer((connection, self) -> {
            self.readRequest(connection);
            connection.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        });
    }

    int port() {
        return server.getLocalPort();
    }

    void readRequest(Socket connection) throws IOException {
        StringBuilder request = new StringBuilder();
        InputStream in = connection.getInputStream();
        while (request.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            request.append((char) next);
        }
        requests.add(request.toString());
    }

    /** Waits a little, or until the test is over; whether it is. */
    boolean pause(int milliseconds) throws InterruptedException {
        return closed.await(milliseconds, TimeUnit.MILLISECONDS);
    }

    /** Stops to listen. */
    void stop() throws IOException {
        server.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = server.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            behaviour.with(connection, this);
            ends.add("well");
        } catch (IOException e) {
            ends.add(String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
    }
}
