package dev.asmp.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS over a socket; whom to believe is what the JDK trusts, or the authorities in a PEM file and nobody else. */
final class TlsLayer implements RegistryClient.Layer {
    private final String host;
    private final int port;
    private final @Nullable String authorities;

    TlsLayer(String host, int port, @Nullable String authorities) {
        this.host = host.replaceAll("[\\[\\]]", "");
        this.port = port;
        this.authorities = authorities;
    }

    @Override
    public Socket over(Socket plain) throws IOException {
        SSLSocket socket = (SSLSocket) context().getSocketFactory().createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // else the name in the certificate is not looked at
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private SSLContext context() throws IOException {
        try {
            if (authorities == null) {
                return SSLContext.getDefault();
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(read(authorities));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException((authorities == null ? "TLS" : "VERS_CA_FILE " + authorities)
                    + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static KeyStore read(String file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = new FileInputStream(file)) {
            int number = 0;
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
        }
        if (store.size() == 0) {
            throw new GeneralSecurityException("there is no certificate in it");
        }
        return store;
    }
}
