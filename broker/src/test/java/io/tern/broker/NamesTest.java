package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Access;
import io.tern.api.Authenticator;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.Control;
import io.tern.api.Decision;
import io.tern.api.EnhancedAuthenticator.Step;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Identity;
import io.tern.api.Options;
import io.tern.api.Owner;
import io.tern.api.Recovered;
import io.tern.api.SecurityEvent;
import io.tern.api.Verdict;
import io.tern.broker.access.Authorization;
import io.tern.broker.access.Security;
import io.tern.broker.defence.Defence;
import io.tern.broker.options.BrokerOptions;
import io.tern.engine.rules.ListenerRules;
import io.tern.wire.Auth;
import io.tern.wire.ConnAck;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which names count: those that somebody has verified, and that could have stood in a CONNECT.
class NamesTest {

    private static final long EXPIRY_SECONDS = 100;

    private final Authorization authorization = new Authorization();
    private final List<SecurityEvent> events = new ArrayList<>();
    private Identity identity = Identity.of("test");
    private final Authenticator door = (client, password, answer) -> answer.accept(Verdict.allow(identity));
    private final EnhancedAuthenticator enhanced = (method, client, password) ->
            (data, answer) -> answer.accept(new Step.Success(null, identity));
    private House house = house(Options.DEFAULTS, (store, into) -> { });

    private House house(Options options, BiConsumer<MemoryStore, Recovered> left) {
        Security security =
                new Security(door, enhanced, authorization, Defence.none(), Control.NONE, events::add);
        return new House(2, options, security, ListenerRules.STANDARD, new MemoryStore(left));
    }

    @AfterEach
    void close() {
        house.close();
    }

    /// Allows what a client wants to publish, and all else.
    private record Publishers(Predicate<ClientInfo> who) implements Authorizer {

        @Override
        public Decision decide(ClientInfo client, Access access) {
            boolean may = access.action() != Access.Action.PUBLISH || who.test(client);
            return may ? Decision.ALLOW : Decision.DENY;
        }

        @Override
        public boolean mayDeny(ClientInfo client, String filter) {
            return false;
        }

        @Override
        public String explain(ClientInfo client, Access access) {
            return "publishers";
        }
    }

    private ClientInfo letIn() {
        return events.stream()
                .filter(SecurityEvent.LoginAccepted.class::isInstance)
                .map(event -> ((SecurityEvent.LoginAccepted) event).client())
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    @Test
    void a_name_that_nobody_has_verified_is_none() {
        house.connect(0, Hello.v5("c").user("root"));
        assertThat(letIn().userName()).isNull();

        identity = Identity.of("test").withUserName("ann");
        house.connect(0, Hello.v5("c").user("root"));
        assertThat(letIn().userName()).isEqualTo("ann");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000", "a\u0007b", "\ud800", ""})
    void a_client_identifier_from_elsewhere_is_as_in_a_connect(String id) {
        identity = Identity.of("test").withClientId(id);

        assertThat(house.send(0, Hello.v5("c")).next(ConnAck.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);

        assertThat(events).singleElement().isInstanceOfSatisfying(SecurityEvent.LoginRefused.class, refused ->
                assertThat(refused.why()).startsWith("test gives it no name for here: "));
    }

    @Test
    void a_user_name_from_elsewhere_is_as_in_a_connect() {
        for (String name : List.of("a\u0000", "\u007f", "\udc00", "x".repeat(65_536), "ü".repeat(32_768))) {
            identity = Identity.of("test").withUserName(name);
            assertThat(house.send(0, Hello.v5("c")).next(ConnAck.class).reason())
                    .isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
        identity = Identity.of("test").withUserName("x".repeat(65_535));
        house.connect(0, Hello.v5("c"));
    }

    @Test
    void a_session_is_its_users_also_where_there_are_no_rules() {
        identity = Identity.of("test").withUserName("ann");
        house.connect(0, Hello.durable("c")).subscribed("a", 1).lose();
        house.connect(0, Hello.v5("p")).published("a", "for ann", 1);
        identity = Identity.of("test");

        PlainClient nobody = house.connect(1, Hello.durable("c").user("ann"));

        assertThat(nobody.connAck.sessionPresent()).isFalse();
        nobody.nothing();
    }

    @Test
    void who_authenticates_anew_stays_the_client_that_it_was() {
        Hello hello = Hello.v5("mine").with(Property.AUTHENTICATION_METHOD, "m");
        Auth again = new Auth(ReasonCode.REAUTHENTICATE, Properties.builder()
                .with(Property.AUTHENTICATION_METHOD, "m").build());
        identity = Identity.of("test").withUserName("ann").withClientId("c");
        PlainClient client = house.connect(0, hello);
        client.send(again);
        assertThat(client.next(Auth.class).reason()).isEqualTo(ReasonCode.SUCCESS);

        identity = Identity.of("test").withUserName("ann").withClientId("other");
        client.send(again);

        client.closedWith(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void a_will_of_a_process_before_this_one_needs_a_right_of_its_names_alone() {
        authorization.replace(List.of(new Publishers(client -> "ann".equals(client.userName())
                && client.clientId().startsWith("allowed")
                || client.identity().superuser())), false);
        house.close();
        house = house(Options.DEFAULTS, (store, into) -> {
            store.session(into, 1, "allowed", Owner.of("ann"), EXPIRY_SECONDS, will("one", 5));
            store.session(into, 2, "allowed too", Owner.of("bob"), EXPIRY_SECONDS, will("two", 5));
            store.session(into, 3, "denied", Owner.of("ann"), EXPIRY_SECONDS, will("three", 5));
            store.session(into, 4, "allowed by whom", null, EXPIRY_SECONDS, will("four", 5));
        });
        PlainClient watcher = house.connect(0, Hello.v5("w")).subscribed("#", 0);

        house.advanceSeconds(6);

        assertThat(watcher.payloads()).containsExactly("one");
        assertThat(events.stream().filter(SecurityEvent.AccessDenied.class::isInstance)).hasSize(2);
    }

    @Test
    void rules_that_have_to_be_fetched_are_asked_about_few_wills_of_a_process_before_at_a_time() {
        RuleTable table = new RuleTable();
        authorization.replace(List.of(table), false);
        house.close();
        int wills = 200;
        house = house(Options.DEFAULTS, (store, into) -> {
            for (int i = 0; i < wills; i++) {
                store.session(into, 1 + i, "c" + i, Owner.of(null), EXPIRY_SECONDS, will("slow/" + i, 5));
            }
        });
        PlainClient watcher = house.connect(0, Hello.v5("w")).subscribed("#", 0);
        house.advanceSeconds(6);

        assertThat(table.waiting).hasSizeLessThanOrEqualTo(64);
        int allowed = 0;
        while (!table.waiting.isEmpty()) {
            table.waiting.poll().accept(Decision.ALLOW);
            house.run();
            allowed++;
        }

        assertThat(allowed).isEqualTo(wills);
        assertThat(watcher.payloads()).hasSize(wills);
    }

    private static Will will(String payload, int delaySeconds) {
        String topic = payload.startsWith("slow") ? payload : "will";
        Properties properties =
                Properties.builder().with(Property.WILL_DELAY_INTERVAL, delaySeconds).build();
        return new Will(TopicName.of(topic), payload.getBytes(StandardCharsets.UTF_8), 0, false, properties);
    }

    @Test
    void response_information_that_no_text_can_hold_is_not_told() {
        house.close();
        house = house(
                Options.builder().parse(BrokerOptions.RESPONSE_INFORMATION, "reply/${clientid}").build(),
                (store, into) -> { });
        assertThat(information("c")).isEqualTo("reply/c");
        assertThat(information("x".repeat(65_529))).hasSize(65_535);
        assertThat(information("x".repeat(65_530))).isNull();
        assertThat(information("ü".repeat(32_766))).isNull();
    }

    private String information(String clientId) {
        return house.connect(0, Hello.v5(clientId).with(Property.REQUEST_RESPONSE_INFORMATION, 1))
                .connAck.properties().string(Property.RESPONSE_INFORMATION);
    }
}
