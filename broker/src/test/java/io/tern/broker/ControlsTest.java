package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Access.Action;
import io.tern.api.Authenticator;
import io.tern.api.Authorizer;
import io.tern.api.Control;
import io.tern.api.Decision;
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
import io.tern.engine.rules.ListenerRules;
import io.tern.wire.ConnAck;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who may ask the broker itself for something below `$CONTROL/`, and where its answer goes.
class ControlsTest {

    private final RuleTable table = new RuleTable();
    private final Authorization authorization = new Authorization();
    private final List<String> requests = new ArrayList<>();
    private Identity identity = Identity.of("test");
    private final Authenticator door = (client, password, answer) -> answer.accept(Verdict.allow(identity));
    private House house = house((store, into) -> { });

    private House house(BiConsumer<MemoryStore, Recovered> left) {
        Control control = (client, request, reply) -> {
            requests.add(new String(request, StandardCharsets.UTF_8));
            reply.accept("done".getBytes(StandardCharsets.UTF_8));
        };
        Security security = new Security(
                door, EnhancedAuthenticator.none(), authorization, Defence.none(), control, SecurityEvent.Sink.NONE);
        return new House(2, Options.DEFAULTS, security, ListenerRules.STANDARD, new MemoryStore(left));
    }

    @AfterEach
    void close() {
        house.close();
    }

    private void rules(Authorizer... sources) {
        authorization.replace(List.of(sources), false);
        house.run();
    }

    private static ReasonCode asked(PlainClient client, String request, String responseTopic) {
        Properties properties = responseTopic == null
                ? Properties.NONE
                : Properties.builder().with(Property.RESPONSE_TOPIC, responseTopic).build();
        client.send(new Publish(false, 1, false, TopicName.of(Control.TOPIC), 9, properties,
                request.getBytes(StandardCharsets.UTF_8)));
        return client.next(PubAck.class).reason();
    }

    private static ReasonCode subscribed(PlainClient client, String filter) {
        client.send(new Subscribe(7, Properties.NONE, List.of(
                new Subscribe.Item(TopicFilter.of(filter), 1, false, false, 0))));
        return client.next(SubAck.class).reasons().getFirst();
    }

    private ReasonCode answerToWill(String topic) {
        return house.send(0, Hello.v5("w").will(topic, "x")).next(ConnAck.class).reason();
    }

    @Test
    void without_rules_nobody_asks_or_listens_to_answers() {
        PlainClient client = house.connect(0, Hello.v5("c"));

        assertThat(asked(client, "reload", null)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(subscribed(client, "$CONTROL/#")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(subscribed(client, Control.RESPONSE_TOPIC)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(subscribed(client, "$share/g/$CONTROL/+/v1/response")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(subscribed(client, "a")).isEqualTo(ReasonCode.GRANTED_QOS_1);
        assertThat(requests).isEmpty();
    }

    @Test
    void a_superuser_asks_without_rules_and_gets_an_answer() {
        identity = Identity.of("test").withSuperuser(true);
        PlainClient client = house.connect(0, Hello.v5("c")).subscribed(Control.RESPONSE_TOPIC, 0);

        client.send(new Publish(false, 0, false, TopicName.of(Control.TOPIC), 0, Properties.NONE, new byte[] {'r'}));

        assertThat(client.payloads()).containsExactly("done");
        assertThat(requests).containsExactly("r");
    }

    @Test
    void who_was_let_in_to_listen_by_a_rule_does_not_go_on_when_there_are_none() {
        rules(table);
        PlainClient client = house.connect(0, Hello.v5("c")).subscribed(Control.RESPONSE_TOPIC, 0);
        authorization.clear();
        house.run();
        identity = Identity.of("test").withSuperuser(true);
        PlainClient root = house.connect(1, Hello.v5("root"));

        assertThat(asked(root, "reload", null)).isEqualTo(ReasonCode.SUCCESS);

        client.nothing();
    }

    @Test
    void an_answer_goes_only_where_its_client_could_have_published_it() {
        rules(table.deny(Action.PUBLISH, "door/open"));
        PlainClient watcher = house.connect(1, Hello.v5("w")).subscribed("#", 0);
        PlainClient client = house.connect(0, Hello.v5("c"));

        assertThat(asked(client, "1", "door/open")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(asked(client, "2", "$SYS/broker/alarms/x")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(asked(client, "3", "$CONTROL/tern/v1")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(asked(client, "4", "my/answers")).isEqualTo(ReasonCode.SUCCESS);
        assertThat(watcher.payloads()).containsExactly("done");
        assertThat(asked(client, "5", "slow/answers")).isEqualTo(ReasonCode.SUCCESS);
        assertThat(asked(client, "6", "slow/answers")).isEqualTo(ReasonCode.SUCCESS);
        watcher.nothing();
        table.waiting.poll().accept(Decision.DENY);
        watcher.nothing();
        table.waiting.poll().accept(Decision.ALLOW);
        assertThat(watcher.payloads()).containsExactly("done");
        assertThat(requests).containsExactly("4", "5", "6");
    }

    @Test
    void nobodys_will_asks_for_anything() {
        assertThat(answerToWill(Control.TOPIC)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        rules(table);
        assertThat(answerToWill(Control.TOPIC)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        identity = Identity.of("test").withSuperuser(true);
        assertThat(answerToWill("$CONTROL/else")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void a_will_of_a_process_before_this_one_asks_for_nothing_either() {
        house.close();
        house = house((store, into) -> store.session(into, 1, "c", Owner.of(null), 100,
                new Will(TopicName.of("$CONTROL/else"), new byte[0], 0, true, Properties.NONE)));
        identity = Identity.of("test").withSuperuser(true);
        PlainClient root = house.connect(0, Hello.v5("root")).subscribed("$CONTROL/#", 0);
        house.advanceSeconds(1);

        root.nothing();
        assertThat(root.subscribed("$CONTROL/#", 0).payloads()).isEmpty();
    }

    @Test
    void what_is_denied_is_counted_once() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        asked(client, "reload", null);
        rules(table.deny(Action.PUBLISH, "secret"));
        client.published("secret", "x", 1);
        client.publish("secret", "x");
        house.connect(1, Hello.v311("old")).publish("secret", "x");
        house.run();

        assertThat(figure("tern_denied_total")).isEqualTo(4);
        assertThat(figure("tern_messages_rejected_total")).isZero();
    }

    private double figure(String name) {
        return house.broker.figures().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow()
                .read();
    }
}
