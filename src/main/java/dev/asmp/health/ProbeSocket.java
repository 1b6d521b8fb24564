package dev.asmp.health;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.time.Duration;

/**
 * A connection of which every wait ends at the probe's deadline, also below TLS: a server that sends a byte now and then
 * would otherwise begin a new timeout with each. No proxy is asked, whatever the system's properties say.
 */
final class ProbeSocket extends Socket {
    private Deadline deadline;

    ProbeSocket(Deadline deadline) throws IOException {
        super(Proxy.NO_PROXY);
        this.deadline = deadline;
        try {
            // Takes the descriptor now, so that having none left is not mistaken for the service's failure.
            setTcpNoDelay(true);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Connects to this very address within this share of what is left of the time. */
    void connect(InetAddress address, int port, int shares) throws IOException {
        connect(new InetSocketAddress(address, port), Math.max(1, deadline.remainingMillis() / shares));
        if (getLocalPort() == port && getLocalAddress().equals(address)) {
            // No process listens there, and the system picked that very port for this end: it talks to itself.
            throw new ConnectException("Connection refused");
        }
    }

    /** Brings the end nearer. */
    void hurry(Duration patience) {
        deadline = deadline.atMost(patience);
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new Timed(super.getInputStream());
    }

    private void limitRead() throws IOException {
        setSoTimeout(deadline.remainingMillis());
    }

    private final class Timed extends FilterInputStream {
        Timed(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            limitRead();
            return super.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            limitRead();
            return super.read(bytes, offset, length);
        }
    }
}
