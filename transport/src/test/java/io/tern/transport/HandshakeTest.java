package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
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

    private static final WebOptions MQTT_ONLY = new WebOptions(List.of("/mqtt"), List.of(), false);

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
        assertThat(answer(GOOD.replace("Protocol: mqtt", "Protocol: chat"))).contains("must offer mqtt");
        assertThat(answer(GOOD.replace("Protocol: mqtt", "Protocol: MQTT"))).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void a_client_may_offer_none_unless_it_is_required() {
        String none = GOOD.replace("Sec-WebSocket-Protocol: mqtt\r\n", "");
        assertThat(answer(none)).startsWith("HTTP/1.1 101 ").doesNotContain("Sec-WebSocket-Protocol");
        WebOptions strict = new WebOptions(List.of("/mqtt"), List.of(), true);
        assertThat(answer(none, handshake(strict))).startsWith("HTTP/1.1 400 ").endsWith("for MQTT 3.1.\n");
        assertThat(answer(GOOD, handshake(strict))).startsWith("HTTP/1.1 101 ");
    }

    @Test
    void elsewhere_there_is_nothing() {
        assertThat(answer(GOOD.replace("/mqtt", "/"))).startsWith("HTTP/1.1 404 ")
                .endsWith("\r\n\r\nMQTT over WebSocket is at /mqtt.\n");
        assertThat(answer(GOOD.replace("/mqtt", "/mqttx"))).startsWith("HTTP/1.1 404 ");
        assertThat(answer(GOOD.replace("/mqtt", "/mqtt/"))).startsWith("HTTP/1.1 101 ");
    }

    @Test
    void there_may_be_several_paths() {
        for (String path : new String[] {"/", "/mqtt", "/mqtt/"}) {
            assertThat(answer(GOOD.replace("/mqtt", path), handshake(WebOptions.DEFAULT))).startsWith("HTTP/1.1 101 ");
        }
        assertThat(answer(GOOD.replace("/mqtt", "/ws"), handshake(WebOptions.DEFAULT)))
                .endsWith("MQTT over WebSocket is at /mqtt, /.\n");
    }

    @Test
    void a_target_may_be_a_whole_url() {
        for (String url : new String[] {"http://h:8083/mqtt", "ws://h/mqtt?x=1", "WSS://h/mqtt/"}) {
            assertThat(answer(GOOD.replace("/mqtt", url))).as(url).startsWith("HTTP/1.1 101 ");
        }
        assertThat(answer(GOOD.replace("/mqtt", "http://h/other"))).startsWith("HTTP/1.1 404 ");
        assertThat(answer(GOOD.replace("/mqtt", "ftp://h/mqtt"))).startsWith("HTTP/1.1 400 ");
        assertThat(answer(GOOD.replace("/mqtt", "http://own.example/mqtt")
                .replace("Upgrade: ", "Origin: http://own.example\r\nUpgrade: "))).startsWith("HTTP/1.1 101 ");
    }

    @Test
    void a_page_that_may_not_connect_is_refused() {
        String page = GOOD.replace("Upgrade: ", "Origin: https://evil.example\r\nUpgrade: ");
        Handshake handshake = handshake(WebOptions.DEFAULT);
        assertThat(answer(page, handshake)).startsWith("HTTP/1.1 403 ");
        assertThat(handshake.refusedOrigin()).isEqualTo("https://evil.example");
        assertThat(answer(page.replace("evil.example", "server.example.com"))).startsWith("HTTP/1.1 101 ");
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
            GOOD.replace("Host: server.example.com\r\n", ""),
            GOOD.replace("Host:", "Host: server.example.com\r\nHost:"),
            GOOD.replace("Upgrade: ", "Origin: http://a\r\nOrigin: http://server.example.com\r\nUpgrade: "),
            GOOD.replace("Host:", "Host :"),
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
        Handshake handshake = handshake(MQTT_ONLY);
        for (int i = 0; i < GOOD.length() - 1; i++) {
            assertThat(handshake.take(bytes, i, 1)).isEqualTo(1);
            assertThat(handshake.isComplete()).isFalse();
        }
        assertThat(handshake.take(bytes, GOOD.length() - 1, 6)).isEqualTo(1);
        assertThat(handshake.isComplete()).isTrue();
        assertThat(handshake.answer(false).upgrades()).isTrue();
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

    private static Handshake handshake(WebOptions options) {
        return new Handshake(options, new Origins(options.allowedOrigins(), false), 8 * 1024);
    }

    private static String answer(String request) {
        return answer(request, handshake(MQTT_ONLY));
    }

    private static String answer(String request, Handshake handshake) {
        byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        handshake.take(bytes, 0, bytes.length);
        assertThat(handshake.isComplete() || handshake.isTooLong()).isTrue();
        Handshake.Answer answer = handshake.answer(false);
        String text = new String(answer.response(), StandardCharsets.US_ASCII);
        assertThat(answer.upgrades()).isEqualTo(text.startsWith("HTTP/1.1 101 "));
        return text;
    }
}
