package io.tern.auth.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tern.api.Access;
import io.tern.api.ClientInfo;
import io.tern.api.ConfigException;
import io.tern.api.Decision;
import io.tern.wire.PointToPoint;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// mosquitto's acl_file, as its manual and its code have it.
class AclFileTest {

    private static final String FILE = """
            # before any user: clients without a user name
            topic read public/#
            topic $SYS/#

            user ann
            topic readwrite home/ann/#
            topic read news
            topic deny home/ann/secret
            topic write with blank/in it

            user bob
            topic read home/#
            topic deny home/ann/#

            pattern readwrite device/%c/#
            pattern write user/%u/state
            pattern deny device/%c/locked
            """;

    private static ClientInfo client(String id, String user) {
        return PolicyTests.client(id, user, InetAddress.getLoopbackAddress(), "mqtt", Set.of(), null);
    }

    private static AclFile file() {
        return file(FILE.split("\n"));
    }

    private static AclFile file(String... lines) {
        try {
            return AclFile.parse("acl", List.of(lines));
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean may(String id, String user, String access) {
        return file().decide(client(id, user), PolicyTests.access(access)) == Decision.ALLOW;
    }

    @Test
    void lines_before_any_user_are_for_those_without_a_name() {
        assertThat(may("c", null, "receive public/a")).isTrue();
        assertThat(may("c", null, "publish public/a")).isFalse();
        assertThat(may("c", null, "publish $SYS/a")).isTrue();
        assertThat(may("c", "ann", "receive public/a")).isFalse();
    }

    @Test
    void read_write_and_both_are_told_apart_and_a_deny_comes_first_wherever_it_stands() {
        assertThat(may("c", "ann", "publish home/ann/x")).isTrue();
        assertThat(may("c", "ann", "receive home/ann/x")).isTrue();
        assertThat(may("c", "ann", "publish home/ann/secret")).isFalse();
        assertThat(may("c", "ann", "receive home/ann/secret")).isFalse();
        assertThat(may("c", "ann", "receive news")).isTrue();
        assertThat(may("c", "ann", "publish news")).isFalse();
        assertThat(may("c", "ann", "publish with blank/in it")).isTrue();
        assertThat(may("c", "bob", "receive home/ann/x")).isFalse();
        assertThat(may("c", "bob", "receive home/carl/x")).isTrue();
        assertThat(may("c", "unknown", "receive news")).isFalse();
    }

    @Test
    void patterns_hold_for_everybody_with_his_own_names() {
        assertThat(may("c7", "ann", "publish device/c7/x")).isTrue();
        assertThat(may("c7", "ann", "publish device/c8/x")).isFalse();
        assertThat(may("c7", null, "receive device/c7/x")).isTrue();
        assertThat(may("c7", "ann", "publish user/ann/state")).isTrue();
        assertThat(may("c7", "ann", "receive user/ann/state")).isFalse();
        assertThat(may("c7", "ann", "publish device/c7/locked")).isFalse();
    }

    @Test
    void no_pattern_is_for_names_with_wildcards_but_all_other_lines_are() {
        assertThat(may("+", "ann", "publish home/ann/x")).isTrue();
        assertThat(may("#", null, "receive public/a")).isTrue();
        assertThat(may("a/b", null, "receive public/a")).isTrue();
        assertThat(may("a/b", null, "publish device/a/b/c")).isTrue();
        assertThat(may("+", null, "publish device/c/x")).isFalse();
        assertThat(may("+", "ann", "publish device/+/x")).isFalse();
        assertThat(may("c", "an+n", "publish device/c/x")).isFalse();
        assertThat(file("pattern read free").decide(client("#", null), Access.receive("free", 0)))
                .isEqualTo(Decision.DENY);
    }

    /// A name with a level separator is no way to somebody else's messages, nor one that looks like such a name.
    @ParameterizedTest
    @CsvSource({"pattern readwrite $p2p/%c/#", "pattern readwrite $p2p/%u/#"})
    void behind_p2p_a_name_is_one_level_as_it_is_written_there(String pattern) {
        AclFile file = file(pattern);

        for (String name : List.of("victim/x", "a%2Fb", "plain")) {
            String own = PointToPoint.topic(name, "t").value();
            assertThat(file.decide(client(name, name), Access.publish(own, 1, false))).as(own)
                    .isEqualTo(Decision.ALLOW);
        }
        assertThat(file.decide(client("victim/x", "victim/x"), Access.publish("$p2p/victim/x/t", 1, false)))
                .isEqualTo(Decision.DENY);
        assertThat(file.decide(client("a%2Fb", "a%2Fb"), Access.publish("$p2p/a%2Fb/t", 1, false)))
                .isEqualTo(Decision.DENY);
    }

    @Test
    void a_pattern_says_nothing_about_who_lacks_the_name() {
        AclFile file = file("pattern readwrite %u/#", "pattern readwrite both/%c/%u");

        assertThat(file.decide(client("c", null), Access.publish("/home/x", 0, false))).isEqualTo(Decision.DENY);
        assertThat(file.decide(client("c", null), Access.subscribe("/#", 0))).isEqualTo(Decision.DENY);
        assertThat(file.decide(client("c", null), Access.publish("both/c/", 0, false))).isEqualTo(Decision.DENY);
        assertThat(file.decide(client("c", ""), Access.publish("/home/x", 0, false))).isEqualTo(Decision.DENY);
        assertThat(file.decide(client("c", "ann"), Access.publish("ann/x", 0, false))).isEqualTo(Decision.ALLOW);
    }

    @Test
    void what_was_filled_in_is_filled_in_no_further_and_topic_lines_are_not_at_all() {
        AclFile file = file("pattern readwrite a/%c", "user ann", "topic write lit/%c/%u");

        assertThat(file.decide(client("%u", "ann"), Access.publish("a/ann", 0, false))).isEqualTo(Decision.DENY);
        assertThat(file.decide(client("%u", "ann"), Access.publish("a/%u", 0, false))).isEqualTo(Decision.ALLOW);
        assertThat(file.decide(client("c", "ann"), Access.publish("lit/%c/%u", 0, false))).isEqualTo(Decision.ALLOW);
        assertThat(file.decide(client("c", "ann"), Access.publish("lit/c/ann", 0, false))).isEqualTo(Decision.DENY);
    }

    @Test
    void a_name_opens_no_level_of_the_servers_own() {
        AclFile file = file("pattern readwrite %c/#", "pattern readwrite %u/tern/v1", "pattern read $SYS/%c");

        assertThat(file.decide(client("$CONTROL", "u"), Access.publish("$CONTROL/tern/v1", 0, false)))
                .isEqualTo(Decision.DENY);
        assertThat(file.decide(client("c", "$CONTROL"), Access.publish("$CONTROL/tern/v1", 0, false)))
                .isEqualTo(Decision.DENY);
        assertThat(file.decide(client("c", "u"), Access.receive("$SYS/c", 0))).isEqualTo(Decision.ALLOW);
    }

    @Test
    void a_filter_may_be_subscribed_to_if_anything_below_it_may_be_read() {
        assertThat(may("c", "ann", "subscribe #")).isTrue();
        assertThat(may("c", "ann", "subscribe home/+/x")).isTrue();
        assertThat(may("c", "ann", "subscribe home/bob/#")).isFalse();
        assertThat(may("c", "bob", "subscribe home/ann/+")).isFalse();
        assertThat(may("c", "ann", "subscribe home/ann/secret")).isFalse();
    }

    @Test
    void only_a_filter_that_is_granted_as_a_whole_needs_no_look_at_each_message() {
        AclFile file = file();

        assertThat(file.mayDeny(client("c", "ann"), "home/ann/a/#")).isFalse();
        assertThat(file.mayDeny(client("c", "ann"), "home/ann/+")).isTrue();
        assertThat(file.mayDeny(client("c", "ann"), "#")).isTrue();
        assertThat(file.mayDeny(client("c7", "bob"), "device/c7/a")).isFalse();
    }

    @Test
    void it_says_which_line_decides() {
        assertThat(file().explain(client("c", "ann"), Access.publish("home/ann/secret", 0, false)))
                .isEqualTo("acl:8: topic deny home/ann/secret");
        assertThat(file().explain(client("c", "ann"), Access.publish("x", 0, false)))
                .isEqualTo("acl: deny: no line grants it");
    }

    @Test
    void lines_that_are_wrong_are_told_with_their_numbers() {
        String text = "topic\ntopic a b\nuser x\nwrong line\ntopic read a/#/b\n";

        assertThat(catchThrowableOfType(
                        ConfigException.class, () -> AclFile.parse("acl", text.lines().toList())).problems())
                .containsExactly(
                        "acl:1: topic: something has to follow",
                        "acl:2: a: expected read, write, readwrite or deny before a topic with a blank",
                        "acl:4: wrong: expected user, topic or pattern",
                        "acl:5: '#' is not the last level of 'a/#/b' [MQTT-4.7.1-1]");
    }
}
