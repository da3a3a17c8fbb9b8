package io.tern.broker.defence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tern.api.ClientInfo;
import io.tern.api.ConnectionInfo;
import io.tern.api.SecurityEvent;
import io.tern.wire.MqttVersion;
import io.tern.wire.ReasonCode;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
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
                DefenceLimits.Excess.PAUSE, List.of()), bans, events::add);
    }

    private Defence logins(int beforeDelay, int perAddress, int perUser, int perClient, int flapping) {
        return new Defence(new DefenceLimits(0, 0, 0, 0, 0, beforeDelay, 1_000, 4_000, 60_000,
                perAddress, perUser, perClient, 10_000, flapping, 60_000, 30_000, 0, 0, 0, 0,
                DefenceLimits.Excess.PAUSE, List.of()), bans, events::add);
    }

    private static void failed(Defence defence, ClientInfo client, long nowMillis) {
        defence.failed(client, Shown.of(client, null, null), false, nowMillis);
    }

    private static ReasonCode refusal(Defence defence, ClientInfo client, long nowMillis) {
        return defence.refusal(client, Shown.of(client, null, null), nowMillis);
    }

    private static ReasonCode entering(Defence defence, ClientInfo client, long nowMillis) {
        return defence.entering(client, Shown.of(client, null, null), nowMillis);
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

        assertThat(entering(defence, client("a", "ann", "10.0.0.1"), 0)).isNull();
        assertThat(entering(defence, client("b", "ann", "10.0.0.1"), 0)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        assertThat(entering(defence, client("a", "ann", "10.0.0.1"), 0)).isNull();
        defence.left(client("a", "ann", "10.0.0.1"));
        assertThat(entering(defence, client("b", "ann", "10.0.0.1"), 0)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        defence.left(client("a", "ann", "10.0.0.1"));
        assertThat(entering(defence, client("b", "ann", "10.0.0.1"), 0)).isNull();
    }

    @Test
    void who_goes_on_failing_has_to_wait_longer_each_time_and_others_from_there_do_not() {
        Defence defence = logins(2, 0, 0, 0, 0);
        ClientInfo guesser = client("c", "ann", "10.0.0.1");
        failed(defence, guesser, 0);
        failed(defence, guesser, 0);
        assertThat(refusal(defence, guesser, 0)).isNull();

        failed(defence, guesser, 0);
        assertThat(refusal(defence, guesser, 999)).isEqualTo(ReasonCode.CONNECTION_RATE_EXCEEDED);
        assertThat(refusal(defence, client("c", "bob", "10.0.0.1"), 999)).isNull();
        assertThat(refusal(defence, client("c", "ann", "10.0.0.2"), 999)).isNull();
        assertThat(refusal(defence, guesser, 1_000)).isNull();
        failed(defence, guesser, 1_000);
        assertThat(refusal(defence, guesser, 2_999)).isNotNull();
        assertThat(refusal(defence, guesser, 3_000)).isNull();
        for (int i = 0; i < 100; i++) {
            failed(defence, guesser, 10_000);
        }
        assertThat(refusal(defence, guesser, 14_000)).isNull();
        entering(defence, guesser, 14_000);
        failed(defence, guesser, 14_000);
        assertThat(refusal(defence, guesser, 14_000)).isNull();
    }

    @Test
    void too_many_failures_are_banned_for_a_time() {
        Defence defence = logins(0, 3, 4, 0, 0);
        failed(defence, client("a", "x", "10.0.0.1"), 0);
        failed(defence, client("b", "y", "10.0.0.1"), 0);
        assertThat(defence.admits(from("10.0.0.1"), 0)).isTrue();
        failed(defence, client("c", "z", "10.0.0.1"), 0);

        assertThat(defence.admits(from("10.0.0.1"), 9_999)).isFalse();
        assertThat(defence.admits(from("10.0.0.2"), 9_999)).isTrue();
        assertThat(defence.admits(from("10.0.0.1"), 10_000)).isTrue();
        assertThat(events).containsExactly(
                new SecurityEvent.Banned("address", "10.0.0.1", "failed_logins", "too many failed logins", 10_000));
        for (int i = 0; i < 4; i++) {
            failed(defence, client("a", "ann", "10.0.1." + i), 20_000);
        }
        assertThat(refusal(defence, client("q", "ann", "10.9.9.9"), 20_001)).isEqualTo(ReasonCode.BANNED);
    }

    @Test
    void failures_are_forgotten_after_a_while_without_any() {
        Defence defence = logins(0, 2, 0, 0, 0);
        failed(defence, client("a", "x", "10.0.0.1"), 0);
        failed(defence, client("a", "x", "10.0.0.1"), 60_000);

        assertThat(defence.admits(from("10.0.0.1"), 60_000)).isTrue();
    }

    @Test
    void a_client_that_flaps_is_kept_out_for_a_time() {
        Defence defence = logins(0, 0, 0, 0, 2);
        ClientInfo client = client("c", null, "10.0.0.1");
        assertThat(entering(defence, client, 0)).isNull();
        assertThat(entering(defence, client, 1)).isNull();
        assertThat(entering(defence, client, 2)).isEqualTo(ReasonCode.BANNED);
        assertThat(entering(defence, client, 30_001)).isEqualTo(ReasonCode.BANNED);
        assertThat(entering(defence, client, 60_002)).isNull();
        assertThat(events).containsExactly(new SecurityEvent.Flapping(client));
    }

    @Test
    void nobody_flaps_in_the_name_of_another() {
        Defence defence = logins(3, 0, 0, 0, 2);
        ClientInfo device = client("device7", "ann", "10.0.0.1");
        for (int i = 0; i < 100; i++) {
            failed(defence, client("device7", "ann", "10.0.0.2"), i); // With wrong passwords.
            entering(defence, client("device7", "eve", "10.0.0.3"), i); // As somebody else.
        }
        assertThat(refusal(defence, device, 100)).isNull();
        assertThat(entering(defence, device, 100)).isNull();
    }

    @Test
    void who_shows_nothing_fails_at_nothing_and_locks_nobody_out() {
        Defence defence = logins(1, 3, 0, 0, 0);
        ClientInfo nameless = client("c", null, "10.0.0.1");
        for (int i = 0; i < 1_000; i++) {
            defence.failed(nameless, Shown.of(nameless, null, null), false, 0);
        }
        byte[] wrong = {1};
        byte[] right = {2};
        for (int i = 0; i < 2; i++) {
            defence.failed(nameless, Shown.of(nameless, wrong, null), false, 0);
        }
        assertThat(defence.refusal(nameless, Shown.of(nameless, wrong, null), 0)).isNotNull();
        assertThat(defence.refusal(nameless, Shown.of(nameless, right, null), 0)).isNull();
        assertThat(defence.refusal(nameless, Shown.of(nameless, null, right), 0)).isNull();
        assertThat(defence.refusal(nameless, Shown.of(nameless, null, null), 0)).isNull();
        // What has let him in is what his failures are forgotten by.
        defence.entering(client("c", "subject", "10.0.0.1"), Shown.of(nameless, wrong, null), 0);
        assertThat(defence.refusal(nameless, Shown.of(nameless, wrong, null), 0)).isNull();
    }

    @Test
    void one_broken_device_does_not_ban_all_behind_its_address() {
        Defence defence = logins(3, 100, 0, 0, 0);
        for (long now = 0; now < 1_000 * 30_000L; now += 30_000) {
            failed(defence, client("broken", "broken", "10.0.0.1"), now);
            assertThat(defence.admits(from("10.0.0.1"), now)).isTrue();
        }
        assertThat(bans.list(0)).isEmpty();
    }

    @Test
    void each_login_that_succeeds_counts_against_one_that_failed() {
        Defence defence = logins(0, 20, 0, 0, 0);
        for (int i = 0; i < 1_000; i++) {
            failed(defence, client("c", "user" + i % 10, "10.0.0.1"), i);
            entering(defence, client("d", "good", "10.0.0.1"), i);
        }
        assertThat(bans.list(0)).isEmpty();
        for (int i = 0; i < 20; i++) {
            failed(defence, client("c", "user" + i, "10.0.0.1"), 1_000);
        }
        assertThat(bans.list(1_000)).hasSize(1);
    }

    @Test
    void those_on_a_unix_socket_are_not_one_address() {
        Defence defence = new Defence(new DefenceLimits(0, 1, 0, 1, 0,
                0, 0, 0, 60_000, 2, 0, 0, 10_000, 0, 0, 0, 0, 0, 0, 0,
                DefenceLimits.Excess.PAUSE, List.of()), bans, events::add);
        ConnectionInfo local = new ConnectionInfo("unix", "unix", UnixDomainSocketAddress.of("/run/tern.sock"));
        for (int i = 0; i < 10; i++) {
            assertThat(defence.admits(local, 0)).isTrue();
            failed(defence, new ClientInfo("c", "u" + i, MqttVersion.V5, local), 0);
        }
        assertThat(bans.list(0)).isEmpty();
        for (int i = 0; i < 10; i++) {
            defence.gone(local);
        }
        assertThat(defence.open()).isZero();
    }

    @Test
    void what_is_remembered_of_failures_is_small_whatever_the_names_and_goes_with_time() {
        DefenceLimits limits = new DefenceLimits(0, 0, 0, 0, 0, 1, 1_000, 4_000, 60_000, 100, 100, 100, 10_000,
                0, 0, 0, 0, 0, 0, 0, DefenceLimits.Excess.PAUSE, List.of());
        FailedLogins failed = new FailedLogins(limits);
        for (int i = 0; i < 100_000; i++) {
            Shown shown = Shown.of("user", "u" + i);
            failed.failed("10.0.0." + i, shown, 0);
            failed.tooManyFrom("10.0.0." + i, shown, 0);
            failed.tooMany(shown, 100, 0);
        }
        assertThat(failed.size()).isEqualTo(3 * 32_768);
        for (int i = 0; i < 20_000; i++) {
            failed.permits("10.9.9.9", Shown.of("user", "x"), 60_000);
        }
        assertThat(failed.size()).isZero();
    }

    @Test
    void an_automatic_ban_is_of_no_long_name() {
        Defence defence = logins(0, 0, 1, 1, 0);
        failed(defence, client("x".repeat(65_000), "y".repeat(65_000), "10.0.0.1"), 0);
        assertThat(bans.list(0)).isEmpty();
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
    void users_of_every_script_have_connects_of_their_own() {
        Defence defence = logins(0, 0, 0, 0, 2);
        String[] users = {"\u65e5\u672c", "\u4e2d\u56fd", "Zo\u00eb", "Zo\u00e8"};
        for (int i = 0; i < 2; i++) {
            for (String user : users) {
                assertThat(entering(defence, client("dev1", user, "10.0.0.1"), 0)).as(user).isNull();
            }
        }
        for (String user : users) {
            assertThat(entering(defence, client("dev1", user, "10.0.0.1"), 0)).as(user).isNotNull();
        }
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
        Recent<String, Integer> recent = new Recent<>(2);
        recent.get("a", () -> 1);
        recent.get("b", () -> 2);
        recent.get("a");
        recent.get("c", () -> 3);

        assertThat(recent.get("a")).isEqualTo(1);
        assertThat(recent.get("b")).isNull();
        assertThat(recent.size()).isEqualTo(2);
    }

    @Test
    void who_is_let_in_for_nothing_has_proved_nothing() {
        Defence defence = logins(0, 10, 0, 0, 0);
        for (int i = 0; i < 10; i++) {
            failed(defence, client("c" + i, "user" + i, "10.0.0.1"), i);
            entering(defence, client("x" + i, null, "10.0.0.1"), i);
        }

        assertThat(refusal(defence, client("c", "ann", "10.0.0.1"), 20)).isEqualTo(ReasonCode.BANNED);
    }
}
