package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A WebSocket client on a plain socket, for frames that a decent one doesn't send.
final class RawWebSocket {

    /// A frame of the server.
    record Frame(int opcode, byte[] payload) {
        int closeCode() {
            return (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
        }
    }

    private final Socket socket;
    private final DataInputStream in;

    private RawWebSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    /// Sends a good handshake, with more right behind it if wanted, and reads the answer.
    static RawWebSocket open(Socket socket, byte... behind) throws IOException {
        RawWebSocket webSocket = new RawWebSocket(socket);
        byte[] request = HandshakeTest.GOOD.getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(request, request.length + behind.length);
        System.arraycopy(behind, 0, all, request.length, behind.length);
        webSocket.send(all);
        assertThat(webSocket.head()).startsWith("HTTP/1.1 101 ");
        return webSocket;
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    Frame read() throws IOException {
        int first = in.readUnsignedByte();
        assertThat(first & 0xF0).isEqualTo(0x80);
        long length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        byte[] payload = new byte[(int) length];
        in.readFully(payload);
        return new Frame(first & 0x0F, payload);
    }

    boolean isAtEnd() throws IOException {
        return in.read() == -1;
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }
}
