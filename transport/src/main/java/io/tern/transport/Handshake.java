package io.tern.transport;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// The server's half of the WebSocket opening handshake (RFC 6455, section 4.2): collects a request, then answers it.
final class Handshake {

    /// What we speak inside a WebSocket, as the client names it [MQTT-6.0.0-4]; the second one is for MQTT 3.1.
    private static final List<String> SUBPROTOCOLS = List.of("mqtt", "mqttv3.1");
    private static final String VERSION = "13";
    private static final String UPGRADE = "MQTT is spoken here in a WebSocket (RFC 6455), version 13.";
    private static final int KEY_BYTES = 16;
    private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int FIRST_BYTES = 1024;
    private static final byte[] END = {'\r', '\n', '\r', '\n'};

    /// What to say to a request.
    ///
    /// @param upgrades true if WebSocket frames follow, false if the connection ends
    /// @param response the whole HTTP response
    record Answer(boolean upgrades, byte[] response) {}

    private final WebOptions options;
    private final Origins origins;
    private final int headMaxBytes;
    private byte[] head;
    private int length;
    private int matched;
    private List<String> forwardedFor = List.of();
    private String refusedOrigin;

    /// Waits for a request.
    ///
    /// @param options where we are, and for whom
    /// @param origins which pages may come
    /// @param headMaxBytes most bytes of a request
    Handshake(WebOptions options, Origins origins, int headMaxBytes) {
        this.options = options;
        this.origins = origins;
        this.headMaxBytes = headMaxBytes;
        this.head = new byte[Math.min(FIRST_BYTES, headMaxBytes)];
    }

    /// Takes bytes up to the end of the request, or to the longest one allowed.
    ///
    /// @return bytes taken; the rest are frames already
    int take(byte[] src, int offset, int available) {
        int taken = 0;
        while (taken < available && !isComplete() && !isTooLong()) {
            if (length == head.length) {
                head = Arrays.copyOf(head, Math.min(headMaxBytes, 2 * length));
            }
            byte next = src[offset + taken++];
            head[length++] = next;
            if (next == END[matched]) {
                matched++;
            } else {
                matched = next == END[0] ? 1 : 0;
            }
        }
        return taken;
    }

    /// Says whether the request is whole.
    boolean isComplete() {
        return matched == END.length;
    }

    /// Says whether the request is longer than allowed.
    boolean isTooLong() {
        return length == headMaxBytes && !isComplete();
    }

    /// Whom the request was forwarded for, as far as the proxies say: the client first. Once [#answer] upgrades.
    List<String> forwardedFor() {
        return forwardedFor;
    }

    /// The web page that was refused since it may not connect here; null if none was.
    String refusedOrigin() {
        return refusedOrigin;
    }

    /// Answers, once the request [#isComplete] or [#isTooLong].
    ///
    /// @param forwarded whether it comes from a proxy that is believed whom a request was for
    Answer answer(boolean forwarded) {
        if (isTooLong()) {
            return refusal("431 Request Header Fields Too Large", "",
                    "The request has more than " + headMaxBytes + " bytes.");
        }
        HttpHead request = HttpHead.parse(head, length);
        if (request == null || request.field("host").isEmpty() || hasBody(request)) {
            return refusal("400 Bad Request", "", "This is no request of HTTP/1.1 without a body and with one Host.");
        }
        if (!options.serves(request.path())) {
            return refusal("404 Not Found", "",
                    "MQTT over WebSocket is at " + String.join(", ", options.paths()) + ".");
        }
        if (!request.method().equals("GET")) {
            return refusal("405 Method Not Allowed", "Allow: GET\r\n", UPGRADE);
        }
        if (!contains(request.list("upgrade"), "websocket") || !contains(request.list("connection"), "upgrade")) {
            return refusal("426 Upgrade Required", "Upgrade: websocket\r\n", UPGRADE);
        }
        if (!request.field("sec-websocket-version").equals(VERSION)) {
            return refusal("426 Upgrade Required", "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n", UPGRADE);
        }
        List<String> first = forwarded ? request.list("x-forwarded-host") : List.of();
        String host = first.isEmpty() ? request.field("host") : first.getFirst();
        if (!origins.mayConnect(request.field("origin"), host)) {
            refusedOrigin = request.field("origin");
            return refusal("403 Forbidden", "", "Pages of this origin may not connect, see allowed_origins.");
        }
        String key = request.field("sec-websocket-key");
        if (!isKey(key)) {
            return refusal("400 Bad Request", "", "Sec-WebSocket-Key must be 16 bytes in Base64.");
        }
        List<String> offered = request.list("sec-websocket-protocol");
        String subprotocol = offered.stream().filter(SUBPROTOCOLS::contains).findFirst().orElse(null);
        if (subprotocol == null && (options.requiresSubprotocol() || !offered.isEmpty())) {
            return refusal("400 Bad Request", "", "Sec-WebSocket-Protocol must offer mqtt, or mqttv3.1 for MQTT 3.1.");
        }
        forwardedFor = request.list("x-forwarded-for");
        return new Answer(true, ascii("HTTP/1.1 101 Switching Protocols\r\n"
                + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + accept(key) + "\r\n"
                + (subprotocol == null ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n") + "\r\n"));
    }

    private static boolean hasBody(HttpHead request) {
        String bytes = request.field("content-length");
        return !request.field("transfer-encoding").isEmpty() || !bytes.isEmpty() && !bytes.equals("0");
    }

    private static boolean contains(List<String> values, String wanted) {
        return values.stream().anyMatch(wanted::equalsIgnoreCase);
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encodeToString(sha1.digest(ascii(key + KEY_SUFFIX)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    private static Answer refusal(String status, String fields, String words) {
        return new Answer(false, ascii("HTTP/1.1 " + status + "\r\n" + fields
                + "Connection: close\r\nContent-Type: text/plain\r\nContent-Length: " + (words.length() + 1)
                + "\r\n\r\n" + words + "\n"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
