package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HandshakeTest {

    /// The example of RFC 6455, section 1.3, with our path and sub-protocols.
    static final String GOOD = """
            GET /mqtt HTTP/1.1
            Host: server.example.com
            Upgrade: websocket
            Connection: keep-alive, Upgrade
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            Sec-WebSocket-Protocol: mqtt
            Sec-WebSocket-Version: 13

            """.replace("\n", "\r\n");

    @Test
    void a_good_request_is_upgraded() {
        assertThat(answer(GOOD)).startsWith("HTTP/1.1 101 ").endsWith("\r\n\r\n")
                .contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
                .contains("\r\nSec-WebSocket-Protocol: mqtt\r\n");
    }

    @Test
    void names_and_tokens_are_taken_in_any_case_and_a_query_is_ignored() {
        assertThat(answer(GOOD.replace("Upgrade: websocket", "UPGRADE:   WebSocket  ")
                .replace("keep-alive, Upgrade", "upgrade").replace("/mqtt", "/mqtt?token=1")))
                .startsWith("HTTP/1.1 101 ");
    }

    @Test
    void the_first_subprotocol_we_know_is_chosen() {
        assertThat(protocolOf("mqttv3.1, mqtt")).isEqualTo("mqttv3.1");
        assertThat(protocolOf("chat,mqtt, mqttv3.1")).isEqualTo("mqtt");
        assertThat(protocolOf("chat\r\nSec-WebSocket-Protocol: mqttv3.1")).isEqualTo("mqttv3.1");
    }

    @Test
    void without_a_subprotocol_we_know_it_is_refused() {
        assertThat(answer(GOOD.replace("Protocol: mqtt", "Protocol: chat"))).startsWith("HTTP/1.1 400 ");
        assertThat(answer(GOOD.replace("Sec-WebSocket-Protocol: mqtt\r\n", ""))).startsWith("HTTP/1.1 400 ");
        assertThat(answer(GOOD.replace("Protocol: mqtt", "Protocol: MQTT"))).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void elsewhere_there_is_nothing() {
        assertThat(answer(GOOD.replace("/mqtt", "/"))).startsWith("HTTP/1.1 404 ");
        assertThat(answer(GOOD.replace("/mqtt", "/mqtt/"))).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void other_requests_are_refused() {
        assertThat(answer(GOOD.replace("GET", "POST"))).startsWith("HTTP/1.1 405 ").contains("Allow: GET\r\n");
        assertThat(answer(GOOD.replace("Upgrade: websocket\r\n", ""))).startsWith("HTTP/1.1 426 ");
        assertThat(answer(GOOD.replace("keep-alive, Upgrade", "close"))).startsWith("HTTP/1.1 426 ");
        assertThat(answer(GOOD.replace("Version: 13", "Version: 8"))).contains("Sec-WebSocket-Version: 13\r\n");
    }

    @Test
    void bad_requests_are_refused() {
        for (String bad : new String[] {
            "hello\r\n\r\n", "\r\n\r\n", GOOD.replace("HTTP/1.1", "HTTP/1.0"), GOOD.replace("HTTP/1.1", "HTTP/1.1 x"),
            GOOD.replace("Host: server.example.com\r\n", ""), GOOD.replace("Host:", "Host :"),
            GOOD.replace("Host:", " Host:"), GOOD.replace("Host: ", "Host: \u0001"), GOOD.replace("Host: s", "Host\ns"),
            GOOD.replace("Host", "Content-Length: 5\r\nHost"),
            GOOD.replace("Host", "Transfer-Encoding: chunked\r\nHost"),
            GOOD.replace("dGhlIHNhbXBsZSBub25jZQ==", "dGhl"), GOOD.replace("dGhlIHNhbXBsZSBub25jZQ==", "***"),
            GOOD.replace("GET /mqtt", "GET mqtt"), GOOD.replace("GET", "G@T"), GOOD.replace("server", "ser\rver")}) {
            assertThat(answer(bad)).as(bad).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void it_comes_in_any_pieces_and_what_follows_is_left() {
        byte[] bytes = (GOOD + "frame").getBytes(StandardCharsets.US_ASCII);
        Handshake handshake = new Handshake("/mqtt", 8 * 1024);
        for (int i = 0; i < GOOD.length() - 1; i++) {
            assertThat(handshake.take(bytes, i, 1)).isEqualTo(1);
            assertThat(handshake.isComplete()).isFalse();
        }
        assertThat(handshake.take(bytes, GOOD.length() - 1, 6)).isEqualTo(1);
        assertThat(handshake.isComplete()).isTrue();
        assertThat(handshake.answer().upgrades()).isTrue();
    }

    @Test
    void a_head_may_be_as_long_as_allowed_and_no_longer() {
        int most = 8 * 1024;
        String exact = GOOD.replace("Host", "X: " + "x".repeat(most - GOOD.length() - 5) + "\r\nHost");
        assertThat(exact).hasSize(most);
        assertThat(answer(exact)).startsWith("HTTP/1.1 101 ");
        assertThat(answer(exact.replace("X: ", "X: y"))).startsWith("HTTP/1.1 431 ");
        assertThat(answer("x".repeat(most))).startsWith("HTTP/1.1 431 ");
    }

    private static String protocolOf(String offered) {
        String answer = answer(GOOD.replace("Protocol: mqtt", "Protocol: " + offered));
        String name = "Sec-WebSocket-Protocol: ";
        return answer.substring(answer.indexOf(name) + name.length()).lines().findFirst().orElseThrow();
    }

    private static String answer(String request) {
        byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        Handshake handshake = new Handshake("/mqtt", 8 * 1024);
        handshake.take(bytes, 0, bytes.length);
        assertThat(handshake.isComplete() || handshake.isTooLong()).isTrue();
        Handshake.Answer answer = handshake.answer();
        String text = new String(answer.response(), StandardCharsets.US_ASCII);
        assertThat(answer.upgrades()).isEqualTo(text.startsWith("HTTP/1.1 101 "));
        return text;
    }
}
