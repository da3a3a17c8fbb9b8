package io.tern.auth.acl;

import static io.tern.auth.acl.Yaml.list;
import static io.tern.auth.acl.Yaml.section;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tern.api.Access;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.ConfigException;
import io.tern.api.ConnectionInfo;
import io.tern.api.Decision;
import io.tern.api.Identity;
import io.tern.api.PeerCertificate;
import io.tern.api.Problems;
import io.tern.api.Setting;
import io.tern.wire.MqttVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A condition that is there but names nobody is not one that holds for everybody; and a name means one thing only.
class EmptyConditionsTest {

    private static final String FINGERPRINT = "ab".repeat(32);

    private static List<String> problems(Setting groups, Setting... rules) {
        Problems problems = new Problems("p");
        Policy.read(
                section(1, "groups", groups, "rules", list(1, (Object[]) rules)),
                name -> name.equals("mqtt") ? null : "there is no listener " + name,
                problems);
        return problems.none()
                ? List.of()
                : catchThrowableOfType(ConfigException.class, problems::check).problems();
    }

    private static Authorizer policy(Setting groups, Setting... rules) {
        assertThat(problems(groups, rules)).isEmpty();
        Problems problems = new Problems("p");
        return Policy.read(section(1, "groups", groups, "rules", list(1, (Object[]) rules)), name -> null, problems);
    }

    private static boolean may(Authorizer policy, ClientInfo client) {
        return policy.decide(client, Access.publish("a", 0, false)) == Decision.ALLOW;
    }

    private static ClientInfo client(String user, String... roles) {
        return PolicyTests.client("c", user, InetAddress.getLoopbackAddress(), "mqtt", Set.of(roles), null);
    }

    private static ClientInfo shows(String subjectDn, String commonName, String... altNames) {
        PeerCertificate certificate =
                new PeerCertificate(subjectDn, commonName, List.of(altNames), "CN=ca", "1", FINGERPRINT);
        return new ClientInfo("c", null, MqttVersion.V5,
                new ConnectionInfo("mqtt", "tls", new InetSocketAddress(0), certificate), Identity.of("test"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "users", "clients", "addresses", "certificates", "roles", "listeners", "allow", "topics", "qos"})
    void a_key_of_a_rule_names_something(String key) {
        Setting.Value nothing = new Setting.Value(7, "~", true);
        for (Setting empty : List.of(list(7), list(7, nothing), list(7, ""), nothing)) {
            Setting rule = key.equals("allow")
                    ? section(7, "topics", "a", key, empty)
                    : key.equals("topics")
                            ? section(7, "allow", "all", key, empty)
                            : section(7, "allow", "all", "topics", "a", key, empty);
            assertThat(problems(section(1), rule)).anyMatch(each -> each.startsWith("p:7: " + key + ": "));
        }
    }

    @Test
    void a_listener_that_is_not_there_is_said() {
        assertThat(problems(section(1), section(3, "allow", "all", "topics", "a", "listeners", list(3, "mqtt", "mq"))))
                .containsExactly("p:3: listeners: there is no listener mq");
        assertThat(problems(section(2, "inside", section(2, "listeners", "mq"))))
                .containsExactly("p:2: listeners: there is no listener mq");
    }

    @Test
    void a_group_has_a_condition() {
        assertThat(problems(section(2, "ops", section(2))))
                .containsExactly("p:2: groups.ops: without a condition it is everybody");
    }

    @Test
    void a_group_is_not_joined_by_a_role_of_its_name() {
        Authorizer policy = policy(
                section(1, "ops", section(1, "users", "ann")),
                section(2, "allow", "all", "topics", "a", "roles", list(2, "ops", "boss")));

        assertThat(may(policy, client("ann"))).isTrue();
        assertThat(may(policy, client("eve", "ops"))).isFalse();
        assertThat(may(policy, client("eve", "boss"))).isTrue();
        assertThat(problems(
                        section(1, "ops", section(1, "roles", "later"), "later", section(2, "users", "ann"))))
                .containsExactly("p:1: roles: the group later has to stand above");
    }

    @Test
    void a_certificate_is_named_by_the_kind_of_name_that_is_meant() {
        String dn = "CN=root, O=Example";
        Authorizer policy = policy(section(1), section(1, "allow", "all", "topics", "a", "certificates",
                list(1, "gw", "DNS:gw1", dn, FINGERPRINT.replace("ab", "CD"))));

        assertThat(may(policy, shows("CN=gw", "gw"))).isTrue();
        assertThat(may(policy, shows("CN=x", "x", "DNS:gw1"))).isTrue();
        assertThat(may(policy, shows("CN=root,O=Example", "root"))).isTrue();
        assertThat(may(policy, shows("CN=DNS:gw1", "DNS:gw1"))).isFalse();
        assertThat(may(policy, shows("CN=CN\\=root\\,O\\=Example", "CN=root,O=Example"))).isFalse();
        assertThat(may(policy, shows("CN=x", FINGERPRINT.replace("ab", "cd")))).isFalse();
        assertThat(may(policy, shows("O=x", null))).isFalse();
        assertThat(may(policy(section(1), section(1, "allow", "all", "topics", "a", "certificates", FINGERPRINT)),
                shows("O=x", null))).isTrue();
        assertThat(problems(section(1), section(4, "deny", "all", "topics", "a", "certificates", "dns:gw1")))
                .containsExactly("p:4: certificates: 'dns:gw1': the kinds of names are written DNS: email: URI: IP:");
    }

    @Test
    void a_name_fills_in_no_placeholder_and_opens_no_level_of_the_servers_own() {
        Authorizer policy = policy(section(1),
                section(1, "deny", "publish", "topics", "no/${clientid}/${username}"),
                section(2, "allow", "publish", "topics", list(2, "in/${clientid}", "${username}/tern/v1")));

        assertThat(policy.decide(named("${username}", "ann"), Access.publish("in/${username}", 0, false)))
                .isEqualTo(Decision.ALLOW);
        assertThat(policy.decide(named("${username}", "ann"), Access.publish("in/ann", 0, false)))
                .isEqualTo(Decision.NEXT);
        assertThat(policy.decide(named("+", "#"), Access.publish("no/x/y", 0, false))).isEqualTo(Decision.DENY);
        assertThat(policy.decide(named("c", "$CONTROL"), Access.publish("$CONTROL/tern/v1", 0, false)))
                .isEqualTo(Decision.NEXT);
        assertThat(policy.decide(named("c", null), Access.publish("/tern/v1", 0, false))).isEqualTo(Decision.NEXT);
        assertThat(policy.decide(named("c", ""), Access.publish("/tern/v1", 0, false))).isEqualTo(Decision.NEXT);
    }

    private static ClientInfo named(String id, String user) {
        return PolicyTests.client(id, user, InetAddress.getLoopbackAddress(), "mqtt", Set.of(), null);
    }

    /// After a restart its session is all that is known of it.
    @Test
    void what_is_not_known_of_a_client_allows_nothing_and_may_deny() {
        ClientInfo ann = ClientInfo.remembered("c", "ann");
        Setting all = section(9, "allow", "all", "topics", "a");
        Setting groups = section(1, "ops", section(1, "addresses", "10.0.0.0/8"));
        for (String key : List.of("addresses", "certificates", "roles", "listeners")) {
            String value = key.equals("addresses") ? "10.0.0.0/8" : key.equals("listeners") ? "mqtt" : "x";
            assertThat(may(policy(groups, section(1, "allow", "all", "topics", "a", key, value)), ann)).isFalse();
            assertThat(may(policy(groups, section(1, "deny", "all", "topics", "a", key, value), all), ann)).isFalse();
        }
        assertThat(may(policy(groups, section(1, "deny", "all", "topics", "a", "roles", "ops"), all), ann)).isFalse();
        assertThat(may(policy(groups, section(1, "deny", "all", "topics", "a", "users", "bob"), all), ann)).isTrue();
        assertThat(may(policy(groups, section(1, "allow", "all", "topics", "a", "users", "ann")), ann)).isTrue();
    }

    @Test
    void a_rule_of_a_token_has_no_empty_condition_either() {
        for (String key : List.of("clientid", "username", "ipaddr", "qos", "retain", "topic")) {
            for (Object empty : new Object[] {List.of(), null, Collections.singletonList(null), List.of(""), ""}) {
                Map<String, Object> rule = new HashMap<>(Map.of("permission", "allow", "action", "all", "topic", "a"));
                rule.put(key, empty);
                assertThatThrownBy(() -> TokenRules.read(List.of(rule)))
                        .as("%s: %s", key, empty)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
        assertThatThrownBy(() -> TokenRules.read(null)).isInstanceOf(IllegalArgumentException.class);
        assertThat(may(TokenRules.read(List.of()), client("ann"))).isFalse();
        assertThat(may(TokenRules.read(Map.of("pub", List.of())), client("ann"))).isFalse();
        assertThat(may(TokenRules.read(Map.of()), client("ann"))).isFalse();
    }
}
