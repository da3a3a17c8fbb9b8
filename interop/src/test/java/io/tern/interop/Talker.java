package io.tern.interop;

import io.tern.testpki.TestAuthority;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// A socket that says bytes of MQTT, in TLS and in frames of WebSocket or not.
final class Talker implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final int FRAME_BYTES_MAX = 1_000;
    private static final int BINARY = 0x82;
    private static final int CLOSE = 0x88;

    private final Socket plain;
    private final Socket socket;
    private final boolean framed;

    private Talker(Socket plain, Socket socket, boolean framed) {
        this.plain = plain;
        this.socket = socket;
        this.framed = framed;
    }

    /// Connects, with all handshakes but MQTT's.
    ///
    /// @param authority of the server's certificate; null for no TLS
    static Talker connect(int port, TestAuthority authority, boolean framed) throws Exception {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        plain.setSoTimeout(PATIENCE_MILLIS);
        Socket socket = plain;
        if (authority != null) {
            SSLSocket tls = (SSLSocket) trusting(authority).getSocketFactory()
                    .createSocket(plain, "localhost", port, true);
            tls.setEnabledProtocols(new String[] {"TLSv1.2"}); // In 1.3 its last word of the handshake is not answered.
            tls.startHandshake();
            socket = tls;
        }
        Talker talker = new Talker(plain, socket, framed);
        if (framed) {
            talker.upgrade();
        }
        return talker;
    }

    /// Trusts an authority and no other.
    static SSLContext trusting(TestAuthority authority) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", authority.certificate());
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    private void upgrade() throws IOException {
        socket.getOutputStream().write(("GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) read());
        }
        if (!head.toString().startsWith("HTTP/1.1 101 ")) {
            throw new IOException(head.toString());
        }
    }

    private int read() throws IOException {
        int next = socket.getInputStream().read();
        if (next < 0) {
            throw new IOException("ended");
        }
        return next;
    }

    void say(byte[] bytes) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int at = 0; framed && at < bytes.length; at += FRAME_BYTES_MAX) {
            int length = Math.min(FRAME_BYTES_MAX, bytes.length - at);
            header(all, BINARY, length);
            all.write(bytes, at, length);
        }
        socket.getOutputStream().write(framed ? all.toByteArray() : bytes);
    }

    /// With a mask of zeros, under which bytes stay as they are.
    private static void header(ByteArrayOutputStream out, int first, int length) {
        out.write(first);
        if (length < 126) {
            out.write(0x80 | length);
        } else {
            out.write(0x80 | 126);
            out.write(length >> 8);
            out.write(length);
        }
        out.writeBytes(new byte[4]);
    }

    /// Waits for a CONNACK that accepts.
    void hearConnAck() throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        if (framed) {
            in.readUnsignedByte();
            in.readUnsignedByte();
        }
        int type = in.readUnsignedByte();
        byte[] rest = new byte[in.readUnsignedByte()];
        in.readFully(rest);
        if (type != 0x20 || rest[1] != 0) {
            throw new IOException("no CONNACK that accepts: " + type);
        }
    }

    /// Says nothing more.
    ///
    /// @param goodbye whether WebSocket and TLS are ended as well
    void end(boolean goodbye) throws IOException {
        if (goodbye && framed) {
            ByteArrayOutputStream close = new ByteArrayOutputStream();
            header(close, CLOSE, 2);
            close.write(0x03);
            close.write(0xE8);
            socket.getOutputStream().write(close.toByteArray());
        }
        if (goodbye && socket != plain) {
            socket.shutdownOutput();
        }
        if (!plain.isOutputShutdown()) { // The JDK's TLS does it with its own.
            plain.shutdownOutput();
        }
    }

    @Override
    public void close() throws IOException {
        plain.close();
    }
}
