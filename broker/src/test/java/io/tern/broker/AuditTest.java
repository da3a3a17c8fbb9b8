package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Access.Action;
import io.tern.api.Authenticator;
import io.tern.api.Control;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Identity;
import io.tern.api.Options;
import io.tern.api.SecurityEvent;
import io.tern.api.Verdict;
import io.tern.broker.access.Authorization;
import io.tern.broker.access.Security;
import io.tern.broker.defence.Ban;
import io.tern.broker.defence.Bans;
import io.tern.broker.defence.Defence;
import io.tern.broker.defence.DefenceLimits;
import io.tern.broker.options.BrokerOptions;
import io.tern.engine.rules.ListenerRules;
import io.tern.wire.Auth;
import io.tern.wire.ConnAck;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Whoever watches is told of everything that somebody was refused, however it came to that.
class AuditTest {

    private static final String METHOD = "M";

    private final RuleTable table = new RuleTable();
    private final Authorization authorization = Authorization.of(List.of(table), false);
    private final List<SecurityEvent> events = new ArrayList<>();
    private final Bans bans = new Bans();
    private final Authenticator door = (client, password, answer) ->
            answer.accept(Verdict.allow(Identity.of("test").withUserName(client.userName())));
    private boolean lets = true;
    private final EnhancedAuthenticator enhanced = (method, client, password) -> method.equals(METHOD)
            ? (data, answer) -> answer.accept(lets
                    ? new EnhancedAuthenticator.Step.Success(null, Identity.of("test"))
                    : new EnhancedAuthenticator.Step.Failure(ReasonCode.NOT_AUTHORIZED))
            : null;
    private House house = house(Options.DEFAULTS);

    private House house(Options options) {
        Defence defence = new Defence(DefenceLimits.NONE, bans, events::add);
        return new House(2, options,
                new Security(door, enhanced, authorization, defence, Control.NONE, events::add),
                ListenerRules.STANDARD, new MemoryStore((store, into) -> { }));
    }

    @AfterEach
    void close() {
        house.close();
    }

    private List<SecurityEvent.LoginRefused> refused() {
        return events.stream().filter(SecurityEvent.LoginRefused.class::isInstance)
                .map(SecurityEvent.LoginRefused.class::cast).toList();
    }

    private List<SecurityEvent.AccessDenied> denied() {
        return events.stream().filter(SecurityEvent.AccessDenied.class::isInstance)
                .map(SecurityEvent.AccessDenied.class::cast).toList();
    }

    @Test
    void each_denied_message_is_one_of_those_told_of() {
        table.deny(Action.PUBLISH, "secret");
        PlainClient client = house.connect(0, Hello.v5("c"));
        for (int i = 1; i <= 100; i++) {
            assertThat(client.published("secret", "x", i)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
        client.lose();

        assertThat(denied()).hasSize(2).allMatch(each -> each.access().topic().equals("secret"));
        assertThat(denied().stream().mapToLong(each -> 1 + each.besides()).sum()).isEqualTo(100);
    }

    @Test
    void a_subscription_that_a_change_of_rules_takes_away_is_told_of() {
        house.connect(0, Hello.v5("here")).subscribed("a", 1);
        house.connect(1, Hello.durable("away")).subscribed("a", 1).lose();

        table.deny(Action.SUBSCRIBE, "a");
        authorization.replace(List.of(table), false);
        house.run();

        assertThat(denied()).extracting(each -> each.client().clientId() + " " + each.access().topic())
                .containsExactlyInAnyOrder("here a", "away a");
    }

    @Test
    void who_fails_to_authenticate_anew_is_told_of() {
        PlainClient client = house.connect(0, Hello.v5("c").with(Property.AUTHENTICATION_METHOD, METHOD));
        lets = false;

        client.send(new Auth(ReasonCode.REAUTHENTICATE,
                Properties.builder().with(Property.AUTHENTICATION_METHOD, METHOD).build()));

        client.closedWith(ReasonCode.NOT_AUTHORIZED);
        assertThat(refused()).extracting(each -> each.client().clientId()).containsExactly("c");
    }

    private void refuses(Hello hello, ReasonCode reason) {
        events.clear();
        assertThat(house.send(0, hello).next(ConnAck.class).reason()).isEqualTo(reason);
        assertThat(refused()).singleElement().satisfies(each -> {
            assertThat(each.reason()).isEqualTo(reason);
            assertThat(each.why()).isNotEmpty();
        });
    }

    @Test
    void who_is_refused_before_anybody_is_asked_about_him_is_told_of() {
        bans.add(new Ban(Ban.Kind.CLIENT, "evil", "test", "", 0, Ban.FOR_EVER));
        refuses(Hello.v5("evil"), ReasonCode.BANNED);
        refuses(Hello.v5("c").with(Property.AUTHENTICATION_METHOD, "other"), ReasonCode.BAD_AUTHENTICATION_METHOD);
        refuses(Hello.v311("").resume(), ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
        table.deny(Action.PUBLISH, "secret");
        refuses(Hello.v5("c").will("secret", "gone"), ReasonCode.NOT_AUTHORIZED);
        house.close();
        house = house(Options.DEFAULTS.with(BrokerOptions.SERVER_REFERENCE, "other:1883"));
        refuses(Hello.v5("c"), ReasonCode.USE_ANOTHER_SERVER);
    }
}
