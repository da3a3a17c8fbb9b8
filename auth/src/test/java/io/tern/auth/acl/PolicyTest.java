package io.tern.auth.acl;

import static io.tern.auth.acl.Yaml.list;
import static io.tern.auth.acl.Yaml.section;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.ConfigException;
import io.tern.api.Decision;
import io.tern.api.Problems;
import io.tern.api.Setting;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Policies: conditions, order, placeholders, and what a rule about subscribing means for messages.
class PolicyTest {

    private static Authorizer policy(Setting.Section... rules) {
        return policy(section(1), rules);
    }

    private static Authorizer policy(Setting.Section groups, Setting.Section[] rules) {
        Problems problems = new Problems("policy");
        Authorizer policy =
                Policy.read(section(1, "groups", groups, "rules", list(1, (Object[]) rules)), name -> null, problems);
        assertThat(problems.none()).isTrue();
        return policy;
    }

    private static ClientInfo client(String id, String user, String address, String... roles) {
        try {
            return PolicyTests.client(id, user, InetAddress.getByName(address), "mqtt", Set.of(roles), "device " + id);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static final ClientInfo ANN = client("c7", "ann", "10.1.2.3");

    private static Decision of(Authorizer policy, ClientInfo client, String access) {
        return policy.decide(client, PolicyTests.access(access));
    }

    @Test
    void the_first_rule_that_speaks_of_it_decides_and_none_leaves_it_to_others() {
        Authorizer policy = policy(
                section(1, "deny", "publish", "topics", "a/secret"),
                section(2, "allow", list(2, "publish", "subscribe"), "topics", list(2, "a/#", "b")),
                section(3, "deny", "all", "topics", "b"));

        assertThat(of(policy, ANN, "publish a/secret")).isEqualTo(Decision.DENY);
        assertThat(of(policy, ANN, "subscribe a/secret")).isEqualTo(Decision.ALLOW);
        assertThat(of(policy, ANN, "publish b")).isEqualTo(Decision.ALLOW);
        assertThat(of(policy, ANN, "publish c")).isEqualTo(Decision.NEXT);
        assertThat(of(policy, ANN, "subscribe +/x")).isEqualTo(Decision.NEXT);
        assertThat(policy.explain(ANN, PolicyTests.access("publish b")))
                .isEqualTo("policy:2: allow publish,subscribe a/#, b");
    }

    @Test
    void placeholders_stand_for_the_names_of_the_client_and_never_for_more() {
        Authorizer policy = policy(
                section(1, "deny", "publish", "topics", "x/${clientid}"),
                section(2, "allow", "all", "topics", list(2, "u/${username}/#", "c/${clientid}")));

        assertThat(of(policy, ANN, "publish u/ann/1")).isEqualTo(Decision.ALLOW);
        assertThat(of(policy, ANN, "publish u/bob/1")).isEqualTo(Decision.NEXT);
        assertThat(of(policy, ANN, "publish c/c7")).isEqualTo(Decision.ALLOW);
        ClientInfo sly = client("+", "#", "10.1.2.3");
        assertThat(of(policy, sly, "subscribe c/+")).isEqualTo(Decision.NEXT);
        assertThat(of(policy, sly, "publish u/bob/1")).isEqualTo(Decision.NEXT);
        assertThat(of(policy, sly, "publish x/y")).isEqualTo(Decision.DENY);
        ClientInfo nested = client("a/b", null, "10.1.2.3");
        assertThat(of(policy, nested, "publish c/a/b")).isEqualTo(Decision.NEXT);
        assertThat(of(policy, nested, "publish u//1")).isEqualTo(Decision.NEXT);
    }

    @Test
    void conditions_of_several_kinds_must_all_hold_and_of_one_kind_any() {
        Authorizer policy = policy(
                section(1,
                        "ops", section(1, "users", list(1, "ann", "op-*")),
                        "plant", section(1, "addresses", "10.0.0.0/8", "roles", "ops")),
                new Setting.Section[] {
                    section(1, "allow", "publish", "topics", "ops", "roles", "plant"),
                    section(2, "allow", "publish", "topics", "cert", "certificates", list(2, "device c7")),
                    section(3, "allow", "publish", "topics", "id", "clients", "c*", "users", list(3, "bob", "ann")),
                    section(4, "allow", "publish", "topics", "token", "roles", list(4, "writer")),
                    section(5, "allow", "publish", "topics", "nobody", "anonymous", "true"),
                    section(6, "allow", "publish", "topics", "ws", "listeners", "ws")
                });

        assertThat(of(policy, ANN, "publish ops")).isEqualTo(Decision.ALLOW);
        assertThat(of(policy, client("c", "op-9", "10.9.9.9"), "publish ops")).isEqualTo(Decision.ALLOW);
        assertThat(of(policy, client("c", "ann", "11.0.0.1"), "publish ops")).isEqualTo(Decision.NEXT);
        assertThat(of(policy, client("c", "ann", "::1"), "publish ops")).isEqualTo(Decision.NEXT);
        assertThat(of(policy, ANN, "publish cert")).isEqualTo(Decision.ALLOW);
        assertThat(of(policy, client("d", "ann", "10.1.1.1"), "publish cert")).isEqualTo(Decision.NEXT);
        assertThat(of(policy, ANN, "publish id")).isEqualTo(Decision.ALLOW);
        assertThat(of(policy, client("d", "ann", "10.1.1.1"), "publish id")).isEqualTo(Decision.NEXT);
        assertThat(of(policy, ANN, "publish token")).isEqualTo(Decision.NEXT);
        assertThat(of(policy, client("d", "x", "10.1.1.1", "writer"), "publish token")).isEqualTo(Decision.ALLOW);
        assertThat(of(policy, ANN, "publish nobody")).isEqualTo(Decision.NEXT);
        assertThat(of(policy, client("d", null, "10.1.1.1"), "publish nobody")).isEqualTo(Decision.ALLOW);
        assertThat(of(policy, ANN, "publish ws")).isEqualTo(Decision.NEXT);
    }

    @Test
    void quality_of_service_and_retain_may_be_conditions() {
        Authorizer policy = policy(
                section(1, "deny", "publish", "topics", "a", "retain", "true"),
                section(2, "allow", "all", "topics", "a", "qos", list(2, "0", "1")));

        assertThat(of(policy, ANN, "publish a qos 1")).isEqualTo(Decision.ALLOW);
        assertThat(of(policy, ANN, "publish a qos 2")).isEqualTo(Decision.NEXT);
        assertThat(of(policy, ANN, "publish a retain")).isEqualTo(Decision.DENY);
        assertThat(of(policy, ANN, "subscribe a qos 2")).isEqualTo(Decision.NEXT);
    }

    @Test
    void what_may_not_be_subscribed_to_is_not_received_by_a_wider_filter_either() {
        Authorizer policy = policy(
                section(1, "deny", "subscribe", "topics", "a/secret"),
                section(2, "allow", "subscribe", "topics", "#", "qos", "1"),
                section(3, "deny", "subscribe", "topics", "eq $SYS/#"));

        assertThat(of(policy, ANN, "subscribe a/# qos 1")).isEqualTo(Decision.ALLOW);
        assertThat(policy.mayDeny(ANN, "a/#")).isTrue();
        assertThat(policy.mayDeny(ANN, "b/#")).isFalse();
        assertThat(of(policy, ANN, "receive a/secret")).isEqualTo(Decision.DENY);
        assertThat(of(policy, ANN, "receive a/b")).isEqualTo(Decision.ALLOW);
        assertThat(of(policy, ANN, "subscribe $SYS/#")).isEqualTo(Decision.DENY);
        assertThat(of(policy, ANN, "subscribe $SYS/a")).isEqualTo(Decision.NEXT);
    }

    @Test
    void a_filter_meant_word_by_word_denies_no_messages() {
        Authorizer policy = policy(
                section(1, "deny", "subscribe", "topics", "eq #"),
                section(2, "allow", "subscribe", "topics", "a/#"));

        assertThat(of(policy, ANN, "subscribe #")).isEqualTo(Decision.DENY);
        assertThat(of(policy, ANN, "receive a/b")).isEqualTo(Decision.ALLOW);
        assertThat(policy.mayDeny(ANN, "a/b")).isFalse();
    }

    @Test
    void what_is_wrong_is_told_with_its_line() {
        Problems problems = new Problems("p");

        Policy.read(section(1, "rules", list(1,
                section(2, "allow", "publish", "deny", "all", "topics", "a"),
                section(3, "allow", "write", "topics", "a/#/b"),
                section(4, "deny", "all", "topic", "a"),
                section(5, "allow", "all", "topics", "${user}", "addresses", "localhost", "qos", "3"))),
                name -> null, problems);

        assertThat(catchThrowableOfType(ConfigException.class, problems::check).problems()).containsExactly(
                "p:2: a rule needs allow or deny, and not both",
                "p:3: topics: '#' is not the last level of 'a/#/b' [MQTT-4.7.1-1]",
                "p:3: allow: 'write' is none of publish, subscribe, receive, all",
                "p:4: topic: unknown key; did you mean topics?",
                "p:4: topics: a rule needs them",
                "p:5: topics: '${user}' has a placeholder that is not known; ${clientid} and ${username} are",
                "p:5: qos: '3' is none of 0, 1, 2",
                "p:5: addresses: 'localhost' is no address");
    }

    @Test
    void unit_tests_say_what_fails_and_why() {
        Authorizer policy = policy(section(9, "allow", "publish", "topics", "u/${username}"));
        Problems problems = new Problems("tests");

        List<PolicyTests.Outcome> outcomes = PolicyTests.run(
                list(3, section(3, "user", "ann",
                        "allow", list(3, "publish u/ann qos 1", "publish u/bob"), "deny", list(3, "subscribe #"))),
                (client, access) -> PolicyTests.allows(policy, client, access),
                policy::explain,
                problems);

        assertThat(problems.none()).isTrue();
        assertThat(outcomes).extracting(PolicyTests.Outcome::passed).containsExactly(true, false, true);
        assertThat(outcomes.get(1).line()).isEqualTo(
                "tests:3: allow publish u/bob for test of ann\n    policy: no rule speaks of it");
    }

    @Test
    void a_token_may_bring_rules_in_two_shapes() {
        Authorizer newer = TokenRules.read(List.of(
                Map.of("permission", "deny", "action", "subscribe", "topic", "eq t/#"),
                Map.of("permission", "allow", "action", "all", "topic", "t/${clientid}/#", "qos", List.of(0, 1)),
                Map.of("permission", "allow", "action", "publish", "topic", List.of("x"), "retain", false)));
        assertThat(of(newer, ANN, "publish t/c7/a qos 1")).isEqualTo(Decision.ALLOW);
        assertThat(of(newer, ANN, "publish t/c7/a qos 2")).isEqualTo(Decision.NEXT);
        assertThat(of(newer, ANN, "subscribe t/#")).isEqualTo(Decision.DENY);
        assertThat(of(newer, ANN, "publish x retain")).isEqualTo(Decision.NEXT);

        Authorizer older = TokenRules.read(Map.of("pub", List.of("a"), "sub", List.of("b/#"), "all", List.of("c")));
        assertThat(of(older, ANN, "publish a")).isEqualTo(Decision.ALLOW);
        assertThat(of(older, ANN, "subscribe a")).isEqualTo(Decision.DENY);
        assertThat(of(older, ANN, "subscribe b/+")).isEqualTo(Decision.ALLOW);
        assertThat(of(older, ANN, "receive b/x")).isEqualTo(Decision.ALLOW);
        assertThat(of(older, ANN, "publish c")).isEqualTo(Decision.ALLOW);

        for (Object wrong : List.of("text", List.of("a"), Map.of("pubs", List.of("a")),
                List.of(Map.of("permission", "maybe", "action", "all", "topic", "a")),
                List.of(Map.of("permission", "allow", "action", "all", "topic", "a", "zone", "z")))) {
            assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> TokenRules.read(wrong))).isNotNull();
        }
    }
}
