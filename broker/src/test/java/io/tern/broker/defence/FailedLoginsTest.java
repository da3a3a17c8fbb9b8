package io.tern.broker.defence;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.AddressRange;
import io.tern.api.ClientInfo;
import io.tern.api.ConnectionInfo;
import io.tern.api.SecurityEvent;
import io.tern.wire.MqttVersion;
import io.tern.wire.ReasonCode;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/// By what failed logins are counted, for how long, and whom they ban.
class FailedLoginsTest {

    private static final long WINDOW_MILLIS = 60_000;

    private final Bans bans = new Bans();

    private Defence defence(int beforeDelay, int perAddress, int perUser, String... neverBan) {
        return new Defence(new DefenceLimits(0, 0, 0, 0, 0, beforeDelay, 1_000, 4_000, WINDOW_MILLIS, perAddress,
                perUser, 0, 10_000, 0, 0, 0, 0, 0, 0, 0, DefenceLimits.Excess.PAUSE,
                List.of(neverBan).stream().map(AddressRange::of).toList()), bans, SecurityEvent.Sink.NONE);
    }

    private static ClientInfo client(String id, String user, String address) {
        return new ClientInfo(id, user, MqttVersion.V5,
                new ConnectionInfo("mqtt", "tcp", new InetSocketAddress(address, 4711)));
    }

    private static void failed(Defence defence, String user, String address, long nowMillis) {
        ClientInfo client = client("c", user, address);
        defence.failed(client, Shown.of(client, null, null), false, nowMillis);
    }

    private static byte[] token(String claims) {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return (encoder.encodeToString("{\"alg\":\"RS256\"}".getBytes(StandardCharsets.US_ASCII)) + "."
                + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".c2ln")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] wrapped(byte[] token) {
        return ("n,,\u0001auth=Bearer " + new String(token, StandardCharsets.US_ASCII) + "\u0001\u0001")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void each_failure_counts_until_the_window_has_passed_it() {
        Defence defence = defence(0, 10, 10);
        for (int i = 0; i < 1_000; i++) { // Six a minute, for hours.
            failed(defence, "user" + i, "10.0.0.1", i * 10_000L);
            failed(defence, "ann", "10.0." + i % 256 + ".2", i * 10_000L);
        }
        assertThat(bans.list(0)).isEmpty();

        long later = 20_000_000;
        for (int i = 0; i < 9; i++) {
            failed(defence, "user" + i, "10.0.0.1", later + i * 5_000L);
        }
        assertThat(bans.list(later)).isEmpty();
        failed(defence, "user9", "10.0.0.1", later + 45_000);
        assertThat(bans.list(later)).hasSize(1);
    }

    @Test
    void names_count_no_longer_than_their_failures() {
        Defence defence = defence(0, 10, 0);
        for (int i = 0; i < 4; i++) {
            failed(defence, "tried" + i, "10.0.0.1", 0);
        }
        for (int i = 0; i < 100; i++) {
            failed(defence, "broken", "10.0.0.1", WINDOW_MILLIS + i);
        }
        assertThat(bans.list(0)).isEmpty();
    }

    @Test
    void an_address_behind_which_others_are_is_not_banned_but_who_goes_on_failing_there_waits() {
        Defence defence = defence(2, 10, 0, "172.17.0.0/16", "::1");
        for (int i = 0; i < 1_000; i++) {
            failed(defence, "user" + i, "172.17.0.1", 0);
            failed(defence, "user" + i, "::1", 0);
            failed(defence, "root", "172.17.0.1", 0);
        }
        assertThat(bans.list(0)).isEmpty();
        ClientInfo root = client("c", "root", "172.17.0.1");
        assertThat(defence.refusal(root, Shown.of(root, null, null), 3_999))
                .isEqualTo(ReasonCode.CONNECTION_RATE_EXCEEDED);

        for (int i = 0; i < 10; i++) {
            failed(defence, "user" + i, "172.18.0.1", 0);
        }
        assertThat(bans.list(0)).extracting(Ban::value).containsExactly("172.18.0.1");
    }

    @Test
    void who_is_called_as_all_others_are_counts_by_his_token() {
        Defence defence = defence(3, 0, 10);
        ClientInfo one = client("d1", "unused", "10.0.0.1");
        for (int i = 0; i < 100; i++) {
            byte[] renewed = token("{\"iat\":" + i + ", \"sub\" : \"d1\"}");
            defence.failed(one, Shown.of(one, renewed, null), false, 0);
        }
        assertThat(bans.list(0)).isEmpty();
        assertThat(defence.refusal(one, Shown.of(one, token("{\"sub\":\"d1\"}"), null), 0)).isNotNull();
        assertThat(defence.refusal(one, Shown.of(one, null, wrapped(token("{\"sub\":\"d1\"}"))), 0)).isNotNull();
        ClientInfo other = client("d2", "unused", "10.0.0.1");
        assertThat(defence.refusal(other, Shown.of(other, token("{\"sub\":\"d2\"}"), null), 0)).isNull();
        assertThat(defence.refusal(other, Shown.of(other, new byte[] {1}, null), 0)).isNull();

        assertThat(defence.entering(one, Shown.of(one, token("{\"sub\":\"d1\",\"iat\":7}"), null), 0)).isNull();
        assertThat(defence.refusal(one, Shown.of(one, token("{\"sub\":\"d1\"}"), null), 0)).isNull();
    }

    @Test
    void guesses_of_a_password_that_look_like_tokens_count_by_the_name() {
        Defence defence = defence(3, 0, 10);
        ClientInfo ann = client("c", "ann", "10.0.0.1");
        for (int i = 0; i < 4; i++) {
            Shown guess = Shown.of(ann, token("{\"sub\":\"" + i + "\"}"), null);
            assertThat(defence.refusal(ann, guess, 0)).isNull();
            defence.failed(ann, guess, true, 0);
        }
        Shown next = Shown.of(ann, token("{\"sub\":\"next\"}"), null);
        assertThat(defence.refusal(ann, next, 999)).isEqualTo(ReasonCode.CONNECTION_RATE_EXCEEDED);
        assertThat(defence.refusal(ann, next, 1_000)).isNull();
        ClientInfo bob = client("c", "bob", "10.0.0.1");
        assertThat(defence.refusal(bob, next, 0)).isNull();
        ClientInfo elsewhere = client("c", "ann", "10.0.0.2");
        assertThat(defence.refusal(elsewhere, next, 0)).isNull();
        for (int i = 0; i < 6; i++) {
            defence.failed(ann, Shown.of(ann, token("{\"sub\":\"" + i + "\"}"), null), true, 0);
        }
        assertThat(bans.list(0)).extracting(Ban::value).containsExactly("ann");
    }

    @Test
    void who_shows_a_token_does_not_wait_for_those_who_guess_a_password_by_the_name_that_all_have() {
        Defence defence = defence(3, 0, 0);
        ClientInfo one = client("d1", "unused", "10.0.0.1");
        for (int i = 0; i < 10; i++) {
            defence.failed(one, Shown.of(one, new byte[] {1}, null), true, 0);
        }
        Shown right = Shown.of(one, token("{\"sub\":\"d1\"}"), null);
        assertThat(defence.refusal(one, Shown.of(one, new byte[] {2}, null), 0)).isNotNull();
        assertThat(defence.refusal(one, right, 0)).isNull();
        assertThat(defence.entering(one, right, 0)).isNull();
    }

    @Test
    void a_token_without_a_subject_counts_by_its_client() {
        Defence defence = defence(3, 0, 0);
        ClientInfo one = client("d1", "unused", "10.0.0.1");
        for (int i = 0; i < 4; i++) {
            defence.failed(one, Shown.of(one, token("{\"iat\":" + i + "}"), null), false, 0);
        }
        assertThat(defence.refusal(one, Shown.of(one, token("{\"iat\":9}"), null), 0)).isNotNull();
        ClientInfo other = client("d2", "unused", "10.0.0.1");
        assertThat(defence.refusal(other, Shown.of(other, token("{\"iat\":9}"), null), 0)).isNull();
    }

    @Test
    void what_only_looks_like_a_token_is_a_password() {
        for (String each : List.of("eyJ", "eyJh.b.c", "eyJhbGc.eyJ!.c", "aeyJh.eyJh.c", "eyJh.eyJh.c.d", "")) {
            assertThat(ClaimedSubject.of(each.getBytes(StandardCharsets.US_ASCII))).as(each).isNull();
        }
        assertThat(ClaimedSubject.of(token("{\"sub\":\"a\\\"b\"}")).name()).isEqualTo("a\\\"b");
    }
}
