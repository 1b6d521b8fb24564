package dev.asmp.federation;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A peer on loopback that answers whatever a test wants, byte for byte. */
final class LyingPeer implements AutoCloseable {
    static final String HOST = "{\"host_id\":\"mac-mini\",\"device_class\":\"homelab\",\"os\":{\"name\":\"macOS\"}}";

    final List<String> asked = new CopyOnWriteArrayList<>();
    volatile Lie host = out -> out.write(answer(200, "X-Asmp-Host: mac-mini\r\n", HOST));
    volatile Lie services = out -> out.write(answer(200, "X-Asmp-Host: mac-mini\r\nETag: \"1\"\r\n", "[]"));
    private final ServerSocket socket;

    /** What it sends for one request. */
    interface Lie {
        void tell(OutputStream out) throws IOException;
    }

    LyingPeer() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) {
                try {
                    Socket client = socket.accept();
                    Thread.ofVirtual().start(() -> serve(client));
                } catch (IOException _) {
                    return;
                }
            }
        });
    }

    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            asked.add(head);
            (head.startsWith("GET /federation/host ") ? host : services).tell(client.getOutputStream());
        } catch (IOException _) {
            // The other side had enough.
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                break;
            }
            head.append((char) b);
        }
        return head.toString();
    }

    static byte[] answer(int status, String headers, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        byte[] head = ("HTTP/1.1 " + status + " Sure\r\n" + headers + "Content-Length: " + bytes.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + bytes.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(bytes, 0, all, head.length, bytes.length);
        return all;
    }

    /** An answer with these items of the list of services. */
    void lists(String tag, String... items) {
        services = out -> out.write(answer(200, "X-Asmp-Host: mac-mini\r\nETag: \"" + tag + "\"\r\n",
                "[" + String.join(",", items) + "]"));
    }

    /** One entry as an honest host tells of it. */
    static String entry(String name, String host, String more) {
        return "{\"asmp\":\"0.1\",\"kind\":\"service\",\"name\":\"" + name
                + "\",\"description\":\"d\",\"capabilities\":"
                + "{\"provides\":[\"" + name.replaceAll("[^a-z0-9]", "") + ".use\"]}," + more
                + "\"generation\":3,\"sync\":\"scan\",\"status\":\"registered\",\"host\":\"" + host
                + "\",\"healthy\":true,\"last_check\":\"2026-11-20T10:00:00.000Z\"}";
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
