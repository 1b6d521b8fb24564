package dev.asmp.etcd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A proxy for one port that passes everything on; where a test says so, it loses answers, or keeps everything back. */
final class LossyProxy implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    private final int target;
    private final Object passing = new Object();
    private volatile boolean losing;
    private volatile boolean stalled;

    LossyProxy(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
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
