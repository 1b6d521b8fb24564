package dev.asmp.vers;

import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.SocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** The socket of a session, through TLS, as JSch asks for it. */
final class VmProxy implements Proxy {
    private final String vm;
    private final VersSettings settings;
    private @Nullable Socket socket;

    VmProxy(String vm, VersSettings settings) {
        this.vm = vm;
        this.settings = settings;
    }

    @Override
    public void connect(SocketFactory factory, String host, int port, int timeout) throws IOException {
        socket = VmSocket.open(vm, settings);
    }

    @Override
    public @Nullable InputStream getInputStream() {
        return stream(Socket::getInputStream);
    }

    @Override
    public @Nullable OutputStream getOutputStream() {
        return stream(Socket::getOutputStream);
    }

    /** A stream of a socket. */
    @FunctionalInterface
    private interface Half<T> {
        T of(Socket socket) throws IOException;
    }

    private <T> @Nullable T stream(Half<T> half) {
        try {
            return socket == null ? null : half.of(socket);
        } catch (IOException _) {
            return null;
        }
    }

    @Override
    public @Nullable Socket getSocket() {
        return socket;
    }

    @Override
    public void close() {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException _) {
            // It is not used any more.
        }
    }
}
