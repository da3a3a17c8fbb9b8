package io.tern.broker.defence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tern.api.ClientInfo;
import io.tern.api.ConnectionInfo;
import io.tern.api.SecurityEvent;
import io.tern.wire.MqttVersion;
import io.tern.wire.ReasonCode;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Limits, failed logins and bans, with time in the test's hands.
class DefenceTest {

    private final List<SecurityEvent> events = new ArrayList<>();
    private final Bans bans = new Bans();

    private static ConnectionInfo from(String address, String listener) {
        return new ConnectionInfo(listener, "tcp", new InetSocketAddress(address, 4711));
    }

    private static ConnectionInfo from(String address) {
        return from(address, "mqtt");
    }

    private static ClientInfo client(String id, String user, String address) {
        return new ClientInfo(id, user, MqttVersion.V5, from(address));
    }

    private Defence limits(int connects, int perAddress, int open, int openPerAddress, int openPerUser) {
        return new Defence(new DefenceLimits(connects, perAddress, open, openPerAddress, openPerUser,
                0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                DefenceLimits.Excess.PAUSE), bans, events::add);
    }

    private Defence logins(int beforeDelay, int perAddress, int perUser, int perClient, int flapping) {
        return new Defence(new DefenceLimits(0, 0, 0, 0, 0, beforeDelay, 1_000, 4_000, 60_000,
                perAddress, perUser, perClient, 10_000, flapping, 60_000, 30_000, 0, 0, 0, 0,
                DefenceLimits.Excess.PAUSE), bans, events::add);
    }

    @Test
    void a_bucket_gives_what_comes_in_and_no_more() {
        TokenBucket bucket = new TokenBucket(10, 3, 0);
        int taken = 0;
        for (long now = 0; now < 10_000; now += 7) {
            taken += bucket.tryTake(now) ? 1 : 0;
        }
        assertThat(taken).isBetween(100, 103);

        TokenBucket overdrawn = new TokenBucket(10, 10, 0);
        overdrawn.take(30, 0);
        assertThat(overdrawn.readyAtMillis(0)).isEqualTo(2_100);
        assertThat(overdrawn.readyAtMillis(2_100)).isEqualTo(2_100);
    }

    @Test
    void limits_may_change_but_not_how_many_connections_an_address_may_have() {
        Defence defence = limits(1, 0, 0, 2, 0);
        assertThat(defence.admits(from("10.0.0.1"), 0)).isTrue();
        assertThat(defence.admits(from("10.0.0.1"), 0)).isFalse();
        int[] told = {0};
        defence.onChange(() -> told[0]++);

        defence.replace(DefenceLimits.NONE);

        assertThat(told[0]).isEqualTo(1);
        assertThat(defence.admits(from("10.0.0.1"), 0)).isTrue();
        assertThat(defence.admits(from("10.0.0.1"), 0)).isFalse();
        assertThat(defence.admits(from("10.0.0.2"), 0)).isTrue();
        assertThat(defence.admits(from("10.0.0.3"), 0)).isTrue();
    }

    @Test
    void connections_a_second_are_limited_by_listener_and_by_address() {
        Defence defence = limits(3, 2, 0, 0, 0);

        assertThat(defence.admits(from("10.0.0.1"), 0)).isTrue();
        assertThat(defence.admits(from("10.0.0.1"), 0)).isTrue();
        assertThat(defence.admits(from("10.0.0.1"), 0)).isFalse();
        assertThat(defence.admits(from("10.0.0.2"), 0)).isTrue();
        assertThat(defence.admits(from("10.0.0.3"), 0)).isFalse();
        assertThat(defence.admits(from("10.0.0.3", "ws"), 0)).isTrue();
        assertThat(defence.admits(from("10.0.0.1"), 1_000)).isTrue();
    }

    @Test
    void open_connections_are_limited_in_all_by_address_and_by_user() {
        Defence defence = limits(0, 0, 3, 2, 1);
        defence.admits(from("fd00::1"), 0);
        defence.admits(from("fd00::2"), 0);
        assertThat(defence.admits(from("fd00::3"), 0)).isFalse();
        assertThat(defence.admits(from("fd00:0:0:1::3"), 0)).isTrue();
        assertThat(defence.admits(from("10.0.0.9"), 0)).isFalse();
        defence.gone(from("fd00::1"));
        assertThat(defence.admits(from("fd00::3"), 0)).isTrue();
        assertThat(defence.open()).isEqualTo(3);

        assertThat(defence.entering(client("a", "ann", "10.0.0.1"), 0)).isNull();
        assertThat(defence.entering(client("b", "ann", "10.0.0.1"), 0)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        assertThat(defence.entering(client("a", "ann", "10.0.0.1"), 0)).isNull();
        defence.left(client("a", "ann", "10.0.0.1"));
        assertThat(defence.entering(client("b", "ann", "10.0.0.1"), 0)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        defence.left(client("a", "ann", "10.0.0.1"));
        assertThat(defence.entering(client("b", "ann", "10.0.0.1"), 0)).isNull();
    }

    @Test
    void who_goes_on_failing_has_to_wait_longer_each_time_and_others_from_there_do_not() {
        Defence defence = logins(2, 0, 0, 0, 0);
        ClientInfo guesser = client("c", "ann", "10.0.0.1");
        defence.failed(guesser, 0);
        defence.failed(guesser, 0);
        assertThat(defence.refusal(guesser, 0)).isNull();

        defence.failed(guesser, 0);
        assertThat(defence.refusal(guesser, 999)).isEqualTo(ReasonCode.CONNECTION_RATE_EXCEEDED);
        assertThat(defence.refusal(client("c", "bob", "10.0.0.1"), 999)).isNull();
        assertThat(defence.refusal(client("c", "ann", "10.0.0.2"), 999)).isNull();
        assertThat(defence.refusal(guesser, 1_000)).isNull();
        defence.failed(guesser, 1_000);
        assertThat(defence.refusal(guesser, 2_999)).isNotNull();
        assertThat(defence.refusal(guesser, 3_000)).isNull();
        for (int i = 0; i < 100; i++) {
            defence.failed(guesser, 10_000);
        }
        assertThat(defence.refusal(guesser, 14_000)).isNull();
        defence.entering(guesser, 14_000);
        defence.failed(guesser, 14_000);
        assertThat(defence.refusal(guesser, 14_000)).isNull();
    }

    @Test
    void too_many_failures_are_banned_for_a_time() {
        Defence defence = logins(0, 3, 4, 0, 0);
        defence.failed(client("a", "x", "10.0.0.1"), 0);
        defence.failed(client("b", "y", "10.0.0.1"), 0);
        assertThat(defence.admits(from("10.0.0.1"), 0)).isTrue();
        defence.failed(client("c", "z", "10.0.0.1"), 0);

        assertThat(defence.admits(from("10.0.0.1"), 9_999)).isFalse();
        assertThat(defence.admits(from("10.0.0.2"), 9_999)).isTrue();
        assertThat(defence.admits(from("10.0.0.1"), 10_000)).isTrue();
        assertThat(events).containsExactly(
                new SecurityEvent.Banned("address", "10.0.0.1", "failed_logins", "too many failed logins", 10_000));
        for (int i = 0; i < 4; i++) {
            defence.failed(client("a", "ann", "10.0.1." + i), 20_000);
        }
        assertThat(defence.refusal(client("q", "ann", "10.9.9.9"), 20_001)).isEqualTo(ReasonCode.BANNED);
    }

    @Test
    void failures_are_forgotten_after_a_while_without_any() {
        Defence defence = logins(0, 2, 0, 0, 0);
        defence.failed(client("a", "x", "10.0.0.1"), 0);
        defence.failed(client("a", "x", "10.0.0.1"), 60_000);

        assertThat(defence.admits(from("10.0.0.1"), 60_000)).isTrue();
    }

    @Test
    void a_client_that_flaps_is_banned_for_a_time() {
        Defence defence = logins(0, 0, 0, 0, 2);
        ClientInfo client = client("c", null, "10.0.0.1");
        assertThat(defence.refusal(client, 0)).isNull();
        assertThat(defence.refusal(client, 1)).isNull();
        assertThat(defence.refusal(client, 2)).isEqualTo(ReasonCode.BANNED);
        assertThat(defence.refusal(client, 30_001)).isEqualTo(ReasonCode.BANNED);
        assertThat(defence.refusal(client, 30_002)).isNull();
        assertThat(events).hasSize(2).first().isEqualTo(new SecurityEvent.Flapping(client));
    }

    @Test
    void nobody_new_comes_in_while_the_machine_has_nothing_left() {
        Defence defence = Defence.none();
        defence.scarce("memory", true);
        assertThat(defence.admits(from("10.0.0.1"), 0)).isFalse();
        defence.scarce("memory", false);
        assertThat(defence.admits(from("10.0.0.1"), 0)).isTrue();
    }

    @Test
    void what_is_not_admitted_is_counted_and_takes_no_place() {
        Defence defence = limits(1, 0, 2, 2, 0);
        assertThat(defence.admits(from("10.0.0.1"), 0)).isTrue();
        assertThat(defence.admits(from("10.0.0.1"), 0)).isFalse(); // That listener has had one in this second.
        assertThat(defence.admits(from("10.0.0.1", "ws"), 0)).isTrue();
        assertThat(defence.admits(from("10.0.0.2", "tls"), 0)).isFalse();
        assertThat(defence.open()).isEqualTo(2);
        assertThat(defence.notAdmitted()).isEqualTo(2);
        defence.gone(from("10.0.0.1"));
        assertThat(defence.admits(from("10.0.0.2", "tls"), 0)).isTrue();
    }

    @Test
    void addresses_asked_for_from_many_threads_get_what_is_theirs() throws Exception {
        Defence defence = limits(0, 3, 0, 3, 0);
        AtomicInteger admitted = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 10_000; i++) {
                    admitted.addAndGet(defence.admits(from("10.0.0." + i % 200), 0) ? 1 : 0);
                }
            }));
        }
        for (Thread each : threads) {
            each.join();
        }
        assertThat(admitted).hasValue(200 * 3);
        assertThat(defence.open()).isEqualTo(200 * 3);
        assertThat(defence.notAdmitted()).isEqualTo(40_000 - 600);
    }

    @Test
    void an_address_is_banned_by_any_network_it_lies_in() {
        for (String each : List.of("10.1.2.3", "10.1.2.3/32", "10.255.0.0/9", "10.1.3.0/22", "0.0.0.0/0")) {
            Defence defence = new Defence(DefenceLimits.NONE, new Bans(), events::add);
            defence.bans().add(ban(Ban.Kind.ADDRESS, each, Ban.FOR_EVER));
            defence.bans().add(ban(Ban.Kind.ADDRESS, "10.1.0.0/16", 5));
            assertThat(defence.admits(from("10.1.2.3"), 10)).as(each).isEqualTo(each.equals("10.255.0.0/9"));
            assertThat(defence.admits(from("10.1.9.9"), 4)).as(each).isFalse();
            assertThat(defence.admits(from("fd00::1"), 10)).as(each).isTrue();
        }
        bans.add(ban(Ban.Kind.ADDRESS, "10.1.2.3", 5));
        bans.add(ban(Ban.Kind.ADDRESS, "10.1.2.3/32", 20));
        bans.add(ban(Ban.Kind.ADDRESS, "fd00:0:0:8000::/49", 20));
        assertThat(bans.of(from("10.1.2.3").remote(), 10)).isNotNull();
        assertThat(bans.of(from("fd00:0:0:ffff::1").remote(), 10)).isNotNull();
        assertThat(bans.of(from("fd00:0:0:7fff::1").remote(), 10)).isNull();
    }

    private Ban ban(Ban.Kind kind, String value, long untilMillis) {
        return new Ban(kind, value, "test", "", 0, untilMillis);
    }

    @Test
    void bans_go_by_client_user_address_range_and_expression() {
        bans.add(ban(Ban.Kind.CLIENT, "evil", 100));
        bans.add(ban(Ban.Kind.USER, "eve", Ban.FOR_EVER));
        bans.add(ban(Ban.Kind.ADDRESS, "10.1.0.0/16", Ban.FOR_EVER));
        bans.add(ban(Ban.Kind.ADDRESS, "fd00::/8", Ban.FOR_EVER));
        bans.add(ban(Ban.Kind.CLIENT_REGEX, "bot-[0-9]+", Ban.FOR_EVER));
        bans.add(ban(Ban.Kind.USER_REGEX, "guest.*", Ban.FOR_EVER));

        assertThat(bans.of(client("evil", null, "10.0.0.1"), 99)).isNotNull();
        assertThat(bans.of(client("evil", null, "10.0.0.1"), 100)).isNull();
        assertThat(bans.of(client("c", "eve", "10.0.0.1"), 0)).isNotNull();
        assertThat(bans.of(client("c", "ann", "10.1.255.255"), 0)).isNotNull();
        assertThat(bans.of(client("c", "ann", "10.2.0.0"), 0)).isNull();
        assertThat(bans.of(client("c", "ann", "fd12::1"), 0)).isNotNull();
        assertThat(bans.of(client("bot-17", null, "10.0.0.1"), 0)).isNotNull();
        assertThat(bans.of(client("a-bot-17", null, "10.0.0.1"), 0)).isNull();
        assertThat(bans.of(client("c", "guest7", "10.0.0.1"), 0)).isNotNull();
        assertThat(bans.remove(Ban.Kind.USER, "eve")).isTrue();
        assertThat(bans.remove(Ban.Kind.USER, "eve")).isFalse();
        assertThat(bans.of(client("c", "eve", "10.0.0.1"), 0)).isNull();
        assertThat(bans.list(100)).hasSize(4);
    }

    @Test
    void an_expression_takes_time_by_the_name_alone() {
        bans.add(ban(Ban.Kind.CLIENT_REGEX, "(a+)+b", Ban.FOR_EVER));
        bans.add(ban(Ban.Kind.CLIENT_REGEX, "(evil|bad)+", Ban.FOR_EVER));

        assertThat(bans.of(client("a".repeat(2_000), null, "10.0.0.1"), 0)).isNull();
        assertThat(bans.of(client("a".repeat(2_000) + "b", null, "10.0.0.1"), 0)).isNotNull();
        assertThat(bans.of(client("evil".repeat(500) + "x", null, "10.0.0.1"), 0)).isNull();
        assertThat(bans.of(client("evil".repeat(500), null, "10.0.0.1"), 0)).isNotNull();
        // So long a name would cost a shard's turn: it is kept out unread.
        assertThat(bans.of(client("evil".repeat(16_000) + "x", null, "10.0.0.1"), 0)).isNotNull();
        assertThat(bans.of(client("c", "u".repeat(60_000), "10.0.0.1"), 0)).isNull();
    }

    @Test
    void expressions_are_bounded_in_number_and_size() {
        for (int i = 0; i < 100; i++) {
            bans.add(ban(Ban.Kind.CLIENT_REGEX, "x" + i, Ban.FOR_EVER));
        }
        assertThat(catchThrowable(() -> bans.add(ban(Ban.Kind.CLIENT_REGEX, "y", Ban.FOR_EVER))))
                .hasMessageContaining("100 expressions");
        for (String large : List.of(
                "((a{99}){99}){99}", "(([ab)(]{99}){99}){9}x", "((a{1,99}){99,}){9}", "((\\({99}){99}){9}")) {
            assertThat(catchThrowable(() -> ban(Ban.Kind.USER_REGEX, large, 0))).hasMessageContaining("too large");
        }
        ban(Ban.Kind.USER_REGEX, "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|x{1000}", 0);
    }

    @Test
    void an_automatic_ban_undoes_nothing_that_an_operator_has_set() {
        bans.add(ban(Ban.Kind.ADDRESS, "10.0.0.1", Ban.FOR_EVER));
        bans.add(ban(Ban.Kind.CLIENT, "short", 50));
        assertThat(bans.add(new Ban(Ban.Kind.ADDRESS, "10.0.0.1/32", "failed_logins", "", 0, 300, true))).isFalse();
        assertThat(bans.add(new Ban(Ban.Kind.CLIENT, "short", "flapping", "", 60, 300, true))).isTrue();
        assertThat(bans.of(from("10.0.0.1").remote(), 1_000)).isNotNull();

        for (int i = 0; i < 2 * Bans.BANS_MAX; i++) {
            bans.add(new Ban(Ban.Kind.CLIENT, "c" + i, "failed_logins", "", 0, 10_000_000L + i, true));
        }
        assertThat(bans.list(61)).hasSize(Bans.BANS_MAX).first().extracting(Ban::untilMillis).isEqualTo(Ban.FOR_EVER);
        assertThat(bans.of(client("c0", null, "10.0.0.2"), 61)).isNull();
        assertThat(bans.of(client("c" + (2 * Bans.BANS_MAX - 1), null, "10.0.0.2"), 61)).isNotNull();
    }

    @Test
    void an_operator_finds_room_among_automatic_bans_and_is_told_when_there_is_none() {
        for (int i = 0; i < Bans.BANS_MAX; i++) {
            bans.add(new Ban(Ban.Kind.CLIENT, "c" + i, "failed_logins", "", 0, 1_000 + i, true));
        }
        for (int i = 0; i < Bans.BANS_MAX; i++) {
            bans.add(ban(Ban.Kind.USER, "u" + i, 100));
        }
        assertThat(bans.add(new Ban(Ban.Kind.CLIENT, "d", "failed_logins", "", 0, 1_000, true))).isFalse();
        assertThat(catchThrowable(() -> bans.add(ban(Ban.Kind.USER, "more", 1_000))))
                .hasMessageContaining("10000 bans");
        assertThat(bans.list(100)).isEmpty();
        assertThat(bans.add(ban(Ban.Kind.USER, "more", 1_000))).isTrue();
    }

    @Test
    void one_network_has_one_ban_however_it_is_written() {
        bans.add(ban(Ban.Kind.ADDRESS, "10.1.2.3/16", 100));
        bans.add(ban(Ban.Kind.ADDRESS, "10.1.0.0/16", 200));
        assertThat(bans.list(0)).hasSize(1);
        assertThat(bans.of(from("10.1.9.9").remote(), 150)).isNotNull();
        assertThat(bans.remove(Ban.Kind.ADDRESS, "10.1.255.0/16")).isTrue();
        assertThat(bans.of(from("10.1.9.9").remote(), 150)).isNull();
    }

    @Test
    void values_that_are_none_of_their_kind_are_refused() {
        assertThat(catchThrowable(() -> ban(Ban.Kind.ADDRESS, "10.0.0.0/40", 0))).hasMessageContaining("0 to 32 bits");
        assertThat(catchThrowable(() -> ban(Ban.Kind.ADDRESS, "example.org", 0))).hasMessageContaining("no address");
        assertThat(catchThrowable(() -> ban(Ban.Kind.CLIENT_REGEX, "(", 0))).hasMessageContaining("no regular");
        assertThat(catchThrowable(() -> ban(Ban.Kind.USER, "", 0))).hasMessageContaining("1 to 1024");
        assertThat(catchThrowable(() -> Ban.Kind.of("zone"))).hasMessageContaining("none of client, user");
    }

    @Test
    void names_are_remembered_up_to_a_bound() {
        Recent<Integer> recent = new Recent<>(2);
        recent.get("a", () -> 1);
        recent.get("b", () -> 2);
        recent.get("a");
        recent.get("c", () -> 3);

        assertThat(recent.get("a")).isEqualTo(1);
        assertThat(recent.get("b")).isNull();
        assertThat(recent.size()).isEqualTo(2);
    }
}
