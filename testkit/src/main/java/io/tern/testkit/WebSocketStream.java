package io.tern.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// MQTT in binary WebSocket frames, one for each write. Answers pings; what the server sends is not masked (RFC 6455).
final class WebSocketStream implements ByteStream {

    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;
    private static final int HEAD_MAX_BYTES = 8 * 1024;
    private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};

    private final ByteStream tcp;
    private final byte[] one = new byte[1];
    private byte[] payload = {};
    private int at;
    private boolean ended;

    WebSocketStream(ByteStream tcp, String path) throws IOException {
        this.tcp = tcp;
        String head = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Protocol: mqtt\r\n\r\n";
        tcp.write(head.getBytes(StandardCharsets.US_ASCII));
        String answer = readHead();
        // The accept value that RFC 6455 gives for this key.
        if (!answer.startsWith("HTTP/1.1 101 ") || !answer.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) {
            throw new IOException("no upgrade: " + answer);
        }
    }

    private String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n") && head.length() < HEAD_MAX_BYTES) {
            int next = readByte();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        frame(BINARY, bytes);
    }

    private void frame(int opcode, byte[] bytes) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(bytes.length + 14);
        frame.write(0x80 | opcode);
        if (bytes.length < 126) {
            frame.write(0x80 | bytes.length);
        } else if (bytes.length < 1 << 16) {
            frame.write(0x80 | 126);
            frame.write(bytes.length >> 8);
            frame.write(bytes.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) bytes.length >> shift));
            }
        }
        frame.writeBytes(MASK);
        for (int i = 0; i < bytes.length; i++) {
            frame.write(bytes[i] ^ MASK[i & 3]);
        }
        tcp.write(frame.toByteArray());
    }

    @Override
    public int read(byte[] into) throws IOException {
        while (at == payload.length && !ended) {
            readFrame();
        }
        if (at == payload.length) {
            return -1;
        }
        int length = Math.min(into.length, payload.length - at);
        System.arraycopy(payload, at, into, 0, length);
        at += length;
        return length;
    }

    private void readFrame() throws IOException {
        int first = readByte();
        int second = readByte();
        if (second < 0) {
            ended = true;
            return;
        }
        long length = second & 0x7F;
        if (length > 125) {
            int bytes = length == 126 ? 2 : 8;
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = length << 8 | readByte();
            }
        }
        byte[] body = readFully(Math.toIntExact(length));
        switch (first & 0xF) {
            case CLOSE -> {
                ended = true;
                frame(CLOSE, body);
            }
            case PING -> frame(PONG, body);
            case PONG -> { }
            default -> {
                payload = body;
                at = 0;
            }
        }
    }

    private byte[] readFully(int length) throws IOException {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int next = readByte();
            if (next < 0) {
                throw new IOException("frame of " + length + " bytes ends after " + i);
            }
            bytes[i] = (byte) next;
        }
        return bytes;
    }

    private int readByte() throws IOException {
        return tcp.read(one) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public void close() throws IOException {
        tcp.close();
    }

    @Override
    public void reset() throws IOException {
        tcp.reset();
    }
}
