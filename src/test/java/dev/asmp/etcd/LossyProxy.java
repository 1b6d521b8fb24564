package dev.asmp.etcd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy for one port that passes everything on; where a test says so, it loses answers, or keeps everything back. */
final class LossyProxy implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    private final int target;
    private final Object passing = new Object();
    private volatile boolean losing;
    private volatile boolean stalled;
    private final List<String> held = new CopyOnWriteArrayList<>();

    LossyProxy(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    /** Carries out a request with these words that was kept back, at last; returns the answer. */
    String carryOut(String words) throws IOException {
        String request = held.stream().filter(each -> each.contains(words)).findFirst().orElseThrow();
        try (Socket late = new Socket(InetAddress.getLoopbackAddress(), target)) {
            late.getOutputStream().write(request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            return new String(late.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    void loseAnswers(boolean now) {
        losing = now;
    }

    /** Passes nothing on in either direction, and keeps the connections, until it is told otherwise. */
    void stall(boolean now) {
        synchronized (passing) {
            stalled = now;
            passing.notifyAll();
        }
    }

    private void awaitPassing() throws InterruptedException {
        synchronized (passing) {
            while (stalled) {
                passing.wait();
            }
        }
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                Thread.ofVirtual().start(() -> copy(client, server, false));
                Thread.ofVirtual().start(() -> copy(server, client, true));
            } catch (IOException _) {
                // The test is over, or etcd is.
            }
        }
    }

    private void copy(Socket from, Socket to, boolean answers) {
        try (from; to; InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            byte[] bytes = new byte[16 * 1024];
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                if (answers && losing) {
                    return;
                }
                if (stalled) {
                    held.add(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
                }
                awaitPassing();
                out.write(bytes, 0, count);
                out.flush();
            }
        } catch (IOException _) {
            // One side has ended.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
