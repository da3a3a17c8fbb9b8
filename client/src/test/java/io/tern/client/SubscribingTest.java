package io.tern.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// SUBSCRIBE, UNSUBSCRIBE, and the wishes that outlive a session.
class SubscribingTest {

    private static Subscribe.Item item(String filter) {
        return new Subscribe.Item(TopicFilter.of(filter), 1);
    }

    private static void subscribe(SessionFixture f, String token, String... filters) {
        List<Subscribe.Item> items = new ArrayList<>();
        for (String filter : filters) {
            items.add(item(filter));
        }
        f.session.subscribe(token, Properties.NONE, items);
    }

    private static SubAck granted(int id, ReasonCode... reasons) {
        return new SubAck(id, Properties.NONE, List.of(reasons));
    }

    @Test
    void the_answers_come_in_the_order_of_the_filters() {
        SessionFixture f = SessionFixture.v5().open();
        subscribe(f, "s", "a/#", "b");
        assertThat(f.sent()).containsExactly(
                new Subscribe(1, Properties.NONE, List.of(item("a/#"), item("b"))));
        f.receive(granted(1, ReasonCode.GRANTED_QOS_1, ReasonCode.NOT_AUTHORIZED));
        assertThat(f.events.drain()).containsExactly("settled s [GRANTED_QOS_1, NOT_AUTHORIZED]");
        assertThat(f.session.requests()).isZero();
    }

    @Test
    void unsuback_of_3_x_means_success() {
        SessionFixture f = SessionFixture.v3().open();
        f.session.unsubscribe("u", Properties.NONE, List.of(TopicFilter.of("a"), TopicFilter.of("b")));
        assertThat(f.sent()).containsExactly(
                new Unsubscribe(1, Properties.NONE, List.of(TopicFilter.of("a"), TopicFilter.of("b"))));
        f.receive(new UnsubAck(1, Properties.NONE, List.of()));
        assertThat(f.events.drain()).containsExactly("settled u [SUCCESS, SUCCESS]");
    }

    @Test
    void lost_session_gets_what_was_granted_and_not_taken_back() {
        SessionFixture f = SessionFixture.v5().open();
        subscribe(f, "s", "a", "refused", "b", "c");
        f.sent();
        f.receive(granted(1, ReasonCode.GRANTED_QOS_1, ReasonCode.NOT_AUTHORIZED, ReasonCode.GRANTED_QOS_1,
                ReasonCode.GRANTED_QOS_1));
        f.session.unsubscribe("u", Properties.NONE, List.of(TopicFilter.of("b")));
        f.sent();
        f.receive(new UnsubAck(2, Properties.NONE, List.of(ReasonCode.SUCCESS)));
        f.events.drain();
        f.lose().open(false, Properties.NONE);
        assertThat(f.sent()).containsExactly(new Subscribe(3, Properties.NONE, List.of(item("a"), item("c"))));
        f.receive(granted(3, ReasonCode.GRANTED_QOS_1, ReasonCode.QUOTA_EXCEEDED));
        assertThat(f.events.drain()).containsExactly("resubscribeRefused c QUOTA_EXCEEDED");
    }

    @Test
    void resumed_session_needs_no_new_subscribe() {
        SessionFixture f = SessionFixture.v5().open();
        subscribe(f, "s", "a");
        f.sent();
        f.receive(granted(1, ReasonCode.GRANTED_QOS_1));
        f.lose().open(true, Properties.NONE);
        assertThat(f.sent()).isEmpty();
    }

    @Test
    void an_unanswered_request_is_asked_again() {
        SessionFixture f = SessionFixture.v5().open();
        subscribe(f, "s", "a");
        f.sent();
        f.lose().open(true, Properties.NONE);
        assertThat(f.sent()).containsExactly(new Subscribe(2, Properties.NONE, List.of(item("a"))));
        f.receive(granted(2, ReasonCode.GRANTED_QOS_1));
        assertThat(f.events.drain()).containsExactly("settled s [GRANTED_QOS_1]");
    }

    @Test
    void wishes_are_renewed_in_packets_of_at_most_100() {
        SessionFixture f = SessionFixture.v5().open();
        for (int i = 0; i < 250; i++) {
            subscribe(f, "s" + i, "f" + i);
        }
        List<Packet> asked = f.sent();
        assertThat(asked).hasSize(250);
        for (int i = 1; i <= 250; i++) {
            f.receive(granted(i, ReasonCode.GRANTED_QOS_1));
        }
        f.lose().open(false, Properties.NONE);
        List<Packet> renewed = f.sent();
        List<String> filters = new ArrayList<>();
        for (Packet packet : renewed) {
            Subscribe subscribe = (Subscribe) packet;
            assertThat(subscribe.items()).hasSizeLessThanOrEqualTo(100);
            subscribe.items().forEach(one -> filters.add(one.filter().value()));
        }
        assertThat(filters).hasSize(250).startsWith("f0", "f1").endsWith("f249");
    }

    @Test
    void what_the_server_has_not_is_not_asked() {
        SessionFixture f = SessionFixture.v5().open(false, Properties.builder()
                .with(Property.WILDCARD_SUBSCRIPTION_AVAILABLE, 0)
                .with(Property.SHARED_SUBSCRIPTION_AVAILABLE, 0)
                .with(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0).build());
        subscribe(f, "w", "a/#");
        subscribe(f, "s", "$share/g/a");
        f.session.subscribe("i", Properties.builder().with(Property.SUBSCRIPTION_IDENTIFIER, 1).build(),
                List.of(item("a")));
        assertThat(f.sent()).isEmpty();
        assertThat(f.events.drain()).containsExactly("failed w NOT_SENT WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED",
                "failed s NOT_SENT SHARED_SUBSCRIPTIONS_NOT_SUPPORTED",
                "failed i NOT_SENT SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED");
    }

    @Test
    void suback_that_does_not_fit_ends_the_connection() {
        SessionFixture f = SessionFixture.v5().open();
        subscribe(f, "s", "a", "b");
        f.sent();
        f.receive(granted(1, ReasonCode.GRANTED_QOS_1));
        assertThat(f.session.isOpen()).isFalse();
        assertThat(f.session.closeCause().reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
    }
}
