package dev.asmp.vers;

import dev.asmp.document.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS to a VM's host name, behind which its SSH server speaks. The server name leads to the VM; the certificate is verified
 * unless the settings say otherwise.
 */
public final class VmSocket {
    private static final int CONNECT_MILLIS = 20_000;
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private VmSocket() {}

    /** Opens a connection to a VM. */
    public static SSLSocket open(String vm, VersSettings settings) throws IOException {
        String host = settings.hostOf(vm);
        Socket plain = new Socket(Proxy.NO_PROXY);
        try {
            plain.setTcpNoDelay(true);
            plain.connect(new InetSocketAddress(address(host), settings.port()), CONNECT_MILLIS);
            plain.setSoTimeout(CONNECT_MILLIS);
            SSLSocket socket = (SSLSocket) context(settings).getSocketFactory().createSocket(plain, host,
                    settings.port(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(host)));
            parameters.setProtocols(PROTOCOLS);
            parameters.setEndpointIdentificationAlgorithm(settings.verify() ? "HTTPS" : null);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            socket.setSoTimeout(0);
            return socket;
        } catch (IOException e) {
            plain.close();
            throw new IOException(host + ":" + settings.port() + " cannot be reached: " + IoReason.of(e), e);
        }
    }

    /** Resolves a host; names below {@code localhost} mean this machine, whatever a name service says. */
    private static InetAddress address(String host) throws IOException {
        return host.endsWith(".localhost")
                ? InetAddress.getByAddress(host, new byte[]{127, 0, 0, 1})
                : InetAddress.getByName(host);
    }

    private static SSLContext context(VersSettings settings) throws IOException {
        try {
            if (settings.verify() && settings.authorities() == null) {
                return SSLContext.getDefault();
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, settings.verify() ? trust(settings.authorities()) : new TrustManager[]{new Anyone()},
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be used: " + IoReason.of(e), e);
        }
    }

    private static TrustManager[] trust(@Nullable Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        if (file != null) {
            try (InputStream pem = Files.newInputStream(file)) {
                int number = 0;
                for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                    store.setCertificateEntry("authority-" + number++, one);
                }
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** Accepts any certificate: SSH inside still proves the VM by its pinned host key. */
    private static final class Anyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
