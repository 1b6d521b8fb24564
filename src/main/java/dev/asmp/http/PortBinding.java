package dev.asmp.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;

/** A TCP port. */
record PortBinding(String host, int port, Ingress kind) implements HttpListener.Binding {
    @Override
    public ServerSocketChannel bind(int backlog) throws IOException {
        InetSocketAddress wanted = new InetSocketAddress(host, port);
        if (wanted.isUnresolved()) {
            throw new UnknownHostException(host + " is not the name of a host");
        }
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            return channel.bind(wanted, backlog);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }
}
