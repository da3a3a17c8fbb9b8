package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Spec;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import java.util.LinkedHashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionsTest {

    private Subscription subscription(String filter) {
        return new Subscription(filter, new Subscribe.Item(TopicFilter.of(filter), 1), 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 40, 200})
    void they_are_found_by_their_filter_and_stay_in_order(int filters) {
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            Subscriptions subscriptions = new Subscriptions();
            LinkedHashMap<String, Subscription> model = new LinkedHashMap<>();
            for (int step = 0; step < 1000; step++) {
                String filter = "a/" + random.nextInt(filters);
                Subscription there = model.get(filter);
                assertThat(subscriptions.get(filter)).isSameAs(there);
                if (there != null && random.nextInt(3) == 0) {
                    assertThat(subscriptions.remove(filter)).isSameAs(model.remove(filter));
                } else if (there == null) {
                    Subscription fresh = subscription(filter);
                    subscriptions.add(fresh);
                    model.put(filter, fresh);
                    assertThat(subscriptions.remove("none")).isNull();
                }
                assertThat(subscriptions.size()).isEqualTo(model.size());
                assertThat(subscriptions.toArray()).containsExactly(model.values().toArray(Subscription[]::new));
            }
        }
    }

    @Test
    @Spec("MQTT-3.10.4-1")
    void filters_are_compared_character_by_character() {
        Subscriptions subscriptions = new Subscriptions();
        subscriptions.add(subscription("a/+"));

        assertThat(subscriptions.get("a/#")).isNull();
        assertThat(subscriptions.remove("A/+")).isNull();
        assertThat(subscriptions.remove("a/+ ")).isNull();
        assertThat(subscriptions.remove("a/+")).isNotNull();
    }

    @Test
    @Spec("MQTT-3.8.4-3")
    void a_subscription_takes_over_all_new_options() {
        TopicFilter filter = TopicFilter.of("a");
        Subscription subscription = new Subscription("a", new Subscribe.Item(filter, 2, true, true, 2), 77);
        assertThat(subscription.qos()).isEqualTo(2);
        assertThat(subscription.noLocal()).isTrue();
        assertThat(subscription.retainAsPublished()).isTrue();
        assertThat(subscription.identifier()).isEqualTo(77);
        assertThat(subscription.options()).isEqualTo(0b10_1110);

        subscription.change(new Subscribe.Item(filter, 0, false, false, 1), 0);

        assertThat(subscription.qos()).isZero();
        assertThat(subscription.noLocal()).isFalse();
        assertThat(subscription.retainAsPublished()).isFalse();
        assertThat(subscription.identifier()).isZero();
        assertThat(subscription.options()).isEqualTo(0b01_0000);
    }
}
