package dev.asmp.client;

import dev.asmp.document.IoReason;
import dev.asmp.manifest.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS over a connected socket. The peer's certificate must be signed by an authority that the JDK trusts, or, where there is a
 * PEM file, by one in that. The file of the fleet's client is {@code VERS_CA_FILE}.
 */
final class Tls implements RegistryClient.Layer {
    private static final String VARIABLE = "VERS_CA_FILE";

    private final String host;
    private final int port;
    private final @Nullable Path authorities;
    private final String setting;

    Tls(String host, int port, Environment environment) {
        this(host, port, file(environment), VARIABLE);
    }

    /** @param setting the name of the setting that the file is from */
    Tls(String host, int port, @Nullable Path authorities, String setting) {
        this.host = host.replaceAll("[\\[\\]]", "");
        this.port = port;
        this.authorities = authorities;
        this.setting = setting;
    }

    private static @Nullable Path file(Environment environment) {
        String file = environment.variable(VARIABLE);
        return file == null ? null : environment.files().getPath(file);
    }

    @Override
    public Socket over(Socket plain) throws IOException {
        SSLSocket socket = (SSLSocket) context().getSocketFactory().createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // without it the certificate's name is not checked
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
            trust.init(authorities(authorities));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IOException((authorities == null ? "TLS" : setting + " " + authorities) + " cannot be used: "
                    + IoReason.of(e), e);
        }
    }

    private static KeyStore authorities(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(file)) {
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
