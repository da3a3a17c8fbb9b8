package io.tern.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;

/// The doors of one broker, and who stands at them. For any thread.
///
/// @param tcp port of MQTT over TCP
/// @param ws port of MQTT over WebSocket
/// @param tls port of MQTT over TLS
/// @param wss port of MQTT over WebSocket over TLS
/// @param proxied port on 127.0.0.2 of MQTT behind a header of the PROXY protocol
/// @param context trusts the broker's certificate
/// @param open sockets that are open
record Target(int tcp, int ws, int tls, int wss, int proxied, SSLContext context, Set<Socket> open) {

    private static final boolean MANY_ADDRESSES = System.getProperty("os.name").equals("Linux");
    private static final int READ_MILLIS = 300;

    Target(int tcp, int ws, int tls, int wss, int proxied, SSLContext context) {
        this(tcp, ws, tls, wss, proxied, context, ConcurrentHashMap.newKeySet());
    }

    /// Any of the ports.
    int any(RandomGenerator random) {
        return switch (random.nextInt(5)) {
            case 0 -> ws;
            case 1 -> tls;
            case 2 -> wss;
            case 3 -> proxied;
            default -> tcp;
        };
    }

    /// Connects, from any of some hundred addresses: one of them alone would run out of ports.
    Socket connect(int port, RandomGenerator random) throws IOException {
        Socket socket = new Socket();
        open.add(socket);
        try {
            if (MANY_ADDRESSES) {
                byte[] address = {127, 0, 1, (byte) (1 + random.nextInt(200))};
                socket.bind(new InetSocketAddress(InetAddress.getByAddress(address), 0));
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(READ_MILLIS);
            socket.connect(new InetSocketAddress(port == proxied ? "127.0.0.2" : "127.0.0.1", port));
            return socket;
        } catch (IOException e) {
            gone(socket);
            throw e;
        }
    }

    void gone(Socket socket) throws IOException {
        open.remove(socket);
        socket.close();
    }

    /// Ends all connections, whatever their threads are waiting for.
    void leave() {
        for (Socket socket : open) {
            try {
                gone(socket);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
