package dev.asmp.cli;

import dev.asmp.manifest.Environment;
import dev.asmp.manifest.TrustAnchors;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** TLS over a socket. */
final class TlsLayer implements RegistryClient.Layer {
    private final String host;
    private final int port;
    private final Environment environment;

    TlsLayer(String host, int port, Environment environment) {
        this.host = host.replaceAll("[\\[\\]]", "");
        this.port = port;
        this.environment = environment;
    }

    @Override
    public Socket over(Socket plain) throws IOException {
        SSLSocket socket = (SSLSocket) TrustAnchors.of(environment).getSocketFactory().createSocket(plain, host, port,
                true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // else the name in the certificate is not looked at
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }
}
