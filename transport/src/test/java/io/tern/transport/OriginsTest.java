package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {

    @ParameterizedTest
    @CsvSource({
        // origin, host of the request, on a reachable listener, on one of loopback
        "'', 10.0.0.1:8083, true, true",
        "'', localhost:8083, true, true",
        "https://evil.example, mine.example, false, false",
        "https://evil.example, localhost:8083, false, false",
        "https://mine.example, mine.example, true, false",
        "https://mine.example:8443, mine.example:8083, true, false",
        "https://MINE.example, mine.EXAMPLE, true, false",
        "http://10.0.0.1, 10.0.0.1:8083, true, false",
        "http://[fd00::1]:80, [fd00::1]:8083, true, false",
        // A name that was made lead to this machine.
        "http://evil.example:8083, evil.example:8083, true, false",
        "http://localhost:3000, localhost:8083, true, true",
        "http://app.localhost, 127.0.0.1:8083, true, true",
        "http://127.0.0.2, 127.0.0.1, true, true",
        "http://[::1]:3000, localhost, true, true",
        "http://localhost.evil.example, localhost, false, false",
        "http://127.0.0.1.evil.example, localhost, false, false",
        "null, localhost, false, false",
        "file://, localhost, false, false"
    })
    void without_a_list(String origin, String host, boolean reachable, boolean loopback) {
        assertThat(new Origins(List.of(), false).mayConnect(origin, host)).isEqualTo(reachable);
        assertThat(new Origins(List.of(), true).mayConnect(origin, host)).isEqualTo(loopback);
    }

    @Test
    void with_a_list_that_alone_counts() {
        for (boolean onLoopback : new boolean[] {true, false}) {
            Origins origins =
                    new Origins(List.of("https://app.example", "https://*.below.example", "null"), onLoopback);
            assertThat(origins.mayConnect("https://app.example", "x")).isTrue();
            assertThat(origins.mayConnect("HTTPS://App.example", "x")).isTrue();
            assertThat(origins.mayConnect("http://app.example", "x")).isFalse();
            assertThat(origins.mayConnect("https://a.b.below.example", "x")).isTrue();
            assertThat(origins.mayConnect("https://below.example", "x")).isFalse();
            assertThat(origins.mayConnect("https://evilbelow.example", "x")).isFalse();
            assertThat(origins.mayConnect("null", "x")).isTrue();
            assertThat(origins.mayConnect("http://localhost", "localhost")).isFalse();
            assertThat(origins.mayConnect("", "x")).isTrue();
        }
        assertThat(new Origins(List.of("*"), true).mayConnect("https://any.example", "x")).isTrue();
    }

    @Test
    void loopback_is_told_without_asking_anybody() {
        assertThat(Origins.isLoopback("localhost")).isTrue();
        assertThat(Origins.isLoopback("127.0.0.1")).isTrue();
        assertThat(Origins.isLoopback("::1")).isTrue();
        assertThat(Origins.isLoopback("0.0.0.0")).isFalse();
        assertThat(Origins.isLoopback("broker.example")).isFalse();
        assertThat(Origins.isLoopback("999.1.1.1")).isFalse();
    }
}
