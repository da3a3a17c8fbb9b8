package io.tern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tern.client.SocksProxy;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `--proxy` of our tools and mosquitto's, through the same SOCKS5 proxies.
@Execution(ExecutionMode.SAME_THREAD)
@Timeout(120)
class ProxyLikeMosquittoTest {

    private static Mosquitto mosquitto;
    private static SocksServer open;
    private static SocksServer locked;
    private static SocksServer refusing;

    @BeforeAll
    static void start() throws Exception {
        mosquitto = Mosquitto.start("allow_anonymous true");
        int port = Integer.parseInt(mosquitto.port());
        open = new SocksServer(port, null, 0);
        locked = new SocksServer(port, "ann:p-w", 0);
        refusing = new SocksServer(port, null, 2);
    }

    @AfterAll
    static void stop() throws Exception {
        if (mosquitto != null) {
            mosquitto.close();
            open.close();
            locked.close();
            refusing.close();
        }
    }

    static Stream<Arguments> ways() {
        return Stream.of(
                arguments(open, "", "broker.invalid", "broker.invalid"),
                arguments(locked, "ann:p-w@", "broker.invalid", "broker.invalid"),
                arguments(locked, "ann:wrong@", "broker.invalid", ""),
                arguments(refusing, "", "broker.invalid", "broker.invalid"));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void it_leads_to_the_same_place_with_the_same_end(SocksServer proxy, String login, String host, String asked)
            throws Exception {
        List<String> args = List.of("pub", "--proxy", "socks5h://" + login + "127.0.0.1:" + proxy.port(), "-h", host,
                "-p", "1883", "-t", "p/1", "-m", "x", "-q", "1");
        proxy.asked();
        Run theirs = Run.ofMosquitto(new byte[0], args);
        assertThat(proxy.asked()).as(theirs.toString()).isEqualTo(asked);
        Run ours = Run.ofTern(new byte[0], args);
        assertThat(proxy.asked()).isEqualTo(asked);
        assertThat(ours.exitCode() == 0).isEqualTo(theirs.exitCode() == 0);
        assertThat(ours.err().isEmpty()).isEqualTo(ours.exitCode() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a:1", "socks5://a:1", "a:1080", "socks5h://a:99999", "socks5h://a:", "socks5h://"})
    void what_is_no_proxy_is_refused_by_both(String url) throws Exception {
        List<String> args = List.of("pub", "--proxy", url, "-t", "a", "-m", "b");
        assertThat(Run.ofMosquitto(new byte[0], args).exitCode()).isEqualTo(1);
        Run ours = Run.ofTern(new byte[0], args);
        assertThat(ours.exitCode()).isEqualTo(1);
        assertThat(ours.err()).contains("roxy");
    }

    /// mosquitto makes a colon of %40.
    @Test
    void what_has_a_meaning_in_a_URL_may_be_written_with_percent_signs() throws Exception {
        assertThat(ProxyUrl.parse("socks5h://a%40b:p%3Aw%25+@[2001:db8::7]:99/"))
                .isEqualTo(new SocksProxy("2001:db8::7", 99, "a@b", "p:w%+"));
        assertThat(ProxyUrl.parse("SOCKS5H://proxy.example"))
                .isEqualTo(new SocksProxy("proxy.example", 1080, null, null));
        assertThatThrownBy(() -> ProxyUrl.parse("socks5h://a%4@b")).hasMessageContaining("percent sign");
    }

    @Test
    void a_web_socket_or_a_Unix_socket_has_none() {
        assertThat(Run.ofTern("pub", "--proxy", "socks5h://a", "--ws", "-t", "a", "-m", "b").err())
                .contains("--proxy is for TCP and TLS only");
        assertThat(Run.ofTern("pub", "--proxy", "socks5h://a", "--unix", "x", "-t", "a", "-m", "b").err())
                .contains("--proxy is for TCP and TLS only");
    }
}
