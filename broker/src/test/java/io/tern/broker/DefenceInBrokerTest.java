package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Authenticator;
import io.tern.api.Control;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Options;
import io.tern.api.SecurityEvent;
import io.tern.api.Verdict;
import io.tern.broker.access.Authorization;
import io.tern.broker.defence.Ban;
import io.tern.broker.defence.Bans;
import io.tern.broker.defence.Defence;
import io.tern.engine.ListenerRules;
import io.tern.wire.ConnAck;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a broker does with those that its defence does not put up with.
class DefenceInBrokerTest {

    private final Bans bans = new Bans();
    private final List<SecurityEvent> events = new ArrayList<>();
    private final Authenticator door = (client, password, answer) -> answer.accept("right".equals(client.userName())
            ? Verdict.ANYBODY
            : Verdict.deny(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "wrong"));

    private House house(String... keysAndTexts) {
        Options.Builder options = Options.builder();
        List<io.tern.api.Option<?>> declared = new ArrayList<>(DefenceOptions.all());
        declared.addAll(BrokerOptions.all());
        for (int i = 0; i < keysAndTexts.length; i += 2) {
            String key = keysAndTexts[i];
            options.parse(declared.stream().filter(each -> each.key().equals(key)).findFirst().orElseThrow(),
                    keysAndTexts[i + 1]);
        }
        Options built = options.build();
        return new House(2, built, new Security(door, EnhancedAuthenticator.none(), new Authorization(),
                new Defence(DefenceOptions.limits(built), bans, events::add), Control.NONE, events::add),
                ListenerRules.STANDARD);
    }

    private static ReasonCode login(House house, String id, String user) {
        PlainClient client = house.send(0, Hello.v5(id).user(user));
        ReasonCode reason = client.next(ConnAck.class).reason();
        client.lose();
        house.run();
        return reason;
    }

    @Test
    void a_run_of_guesses_is_stopped_and_ends_when_the_right_name_comes_in_time() {
        try (House house = house()) {
            for (int i = 0; i < 4; i++) {
                assertThat(login(house, "c", "wrong")).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            }
            assertThat(login(house, "c", "wrong")).isEqualTo(ReasonCode.CONNECTION_RATE_EXCEEDED);
            assertThat(login(house, "c", "right")).isEqualTo(ReasonCode.SUCCESS);
            house.advanceSeconds(2);
            assertThat(login(house, "c", "wrong")).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            assertThat(events).filteredOn(SecurityEvent.LoginRefused.class::isInstance).hasSize(6);
        }
    }

    @Test
    void the_banned_are_told_so_and_who_is_connected_can_be_closed() {
        try (House house = house()) {
            PlainClient client = house.connect(0, Hello.v5("evil").user("right"));
            PlainClient other = house.connect(1, Hello.v5("good").user("right"));
            Ban ban = new Ban(Ban.Kind.CLIENT, "evil", "test", "", 0, Ban.FOR_EVER);
            bans.add(ban);

            house.broker.disconnect(each -> bans.of(each, house.nowMillis) != null, ReasonCode.ADMINISTRATIVE_ACTION);
            client.closedWith(ReasonCode.ADMINISTRATIVE_ACTION);
            assertThat(other.isClosed()).isFalse();
            assertThat(login(house, "evil", "right")).isEqualTo(ReasonCode.BANNED);
        }
    }

    @Test
    void one_user_has_so_many_connections_only() {
        try (House house = house("defence.connections_per_user", "1")) {
            PlainClient first = house.connect(0, Hello.v5("a").user("right"));
            assertThat(login(house, "b", "right")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            house.connect(1, Hello.v5("a").user("right")).lose();
            house.run();
            assertThat(first.isClosed()).isTrue();
            assertThat(login(house, "b", "right")).isEqualTo(ReasonCode.SUCCESS);
        }
    }

    @Test
    void who_publishes_too_fast_is_read_more_slowly_and_loses_nothing() {
        try (House house = house("defence.publishes_per_second", "10")) {
            PlainClient watcher = house.connect(1, Hello.v5("w").user("right")).subscribed("#", 0);
            PlainClient client = house.connect(0, Hello.v5("c").user("right").keepAliveSeconds(1));
            for (int i = 0; i < 31; i++) {
                client.publish("a", "" + i);
            }
            client.send(PingReq.INSTANCE);
            house.run();
            assertThat(watcher.payloads().size()).isBetween(9, 11);
            client.nothing();
            house.advanceSeconds(1);
            client.nothing();

            house.advanceSeconds(3);

            assertThat(client.next(PingResp.class)).isNotNull();
            assertThat(watcher.payloads()).last().isEqualTo("30");
            assertThat(house.broker.count(Counters.Event.THROTTLED)).isPositive();
        }
    }

    @Test
    void subscriptions_and_wildcards_are_limited() {
        try (House house = house("limits.subscriptions", "2", "limits.filter_wildcards", "2")) {
            PlainClient client = house.connect(0, Hello.v5("c").user("right"));
            List<Subscribe.Item> items = new ArrayList<>();
            for (String filter : List.of("+/+/#", "a", "b/+/#", "c", "a")) {
                items.add(new Subscribe.Item(TopicFilter.of(filter), 0, false, false, 0));
            }

            client.send(new Subscribe(7, Properties.NONE, items));

            assertThat(client.next(SubAck.class).reasons()).containsExactly(ReasonCode.TOPIC_FILTER_INVALID,
                    ReasonCode.SUCCESS, ReasonCode.SUCCESS, ReasonCode.QUOTA_EXCEEDED, ReasonCode.SUCCESS);
        }
    }

    @Test
    void retained_messages_are_limited_in_number() {
        try (House house = house("limits.retained_messages", "2")) {
            PlainClient client = house.connect(0, Hello.v5("c").user("right"));
            client.retain("a", "1");
            client.retain("b", "1");
            client.retain("c", "1");
            client.retain("a", "2");
            house.run();

            assertThat(house.broker.retainedMessages()).isEqualTo(2);
            assertThat(house.connect(1, Hello.v5("w").user("right")).subscribed("#", 0).payloads())
                    .containsExactlyInAnyOrder("2", "1");
        }
    }
}
