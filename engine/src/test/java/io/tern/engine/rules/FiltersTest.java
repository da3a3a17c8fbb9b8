package io.tern.engine.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What of a SUBSCRIBE is granted.
class FiltersTest {

    private static final Limits LIMITS = new Limits(
            1000, 10, 10, 10, 0, 0, 0, 4, 20, 0, Limits.NEVER_EXPIRES, 1000, 1000, 0, 100, 5000, Limits.PACKET_IDS,
            true, true);
    private static final ListenerRules NOTHING = new ListenerRules(
            1, false, false, false, false, Strictness.ENFORCE, Strictness.WARN, Strictness.OBSERVE);

    private static ReasonCode refusal(ListenerRules rules, int wildcardsMost, String filter, int identifier) {
        Refusal refusal = Filters.refusal(LIMITS, rules, wildcardsMost, TopicFilter.of(filter), identifier);
        return refusal == null ? null : refusal.reason();
    }

    private static Subscribe.Item item(String filter, int qos) {
        return new Subscribe.Item(TopicFilter.of(filter), qos);
    }

    private static Subscribe.Item item(String filter, int retainHandling, boolean flags) {
        return new Subscribe.Item(TopicFilter.of(filter), 0, flags, flags, retainHandling);
    }

    @ParameterizedTest
    @CsvSource({
        "a/b, 0, ",
        "a/b, 7, SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED",
        "a/+, 0, WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED",
        "a/#, 0, WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED",
        "$share/g/a, 0, SHARED_SUBSCRIPTIONS_NOT_SUPPORTED",
    })
    void a_listener_serves_what_it_has(String filter, int identifier, ReasonCode refused) {
        assertThat(refusal(NOTHING, 0, filter, identifier)).isEqualTo(refused);
        assertThat(refusal(ListenerRules.STANDARD, 0, filter, identifier)).isNull();
    }

    @Test
    void a_filter_keeps_within_the_limits() {
        assertThat(refusal(ListenerRules.STANDARD, 0, "a/b/c/d", 0)).isNull();
        assertThat(refusal(ListenerRules.STANDARD, 0, "a/b/c/d/e", 0)).isEqualTo(ReasonCode.TOPIC_FILTER_INVALID);
        assertThat(refusal(ListenerRules.STANDARD, 0, "a".repeat(21), 0)).isEqualTo(ReasonCode.TOPIC_FILTER_INVALID);
        assertThat(refusal(ListenerRules.STANDARD, 2, "+/b/#", 0)).isNull();
        assertThat(refusal(ListenerRules.STANDARD, 2, "+/+/#", 0)).isEqualTo(ReasonCode.TOPIC_FILTER_INVALID);
    }

    @Test
    @Spec("MQTT-3.8.4-8")
    void no_higher_quality_of_service_is_granted_than_the_listener_has() {
        assertThat(Filters.granted(NOTHING, false, item("a", 2)).qos()).isEqualTo(1);
        assertThat(Filters.granted(NOTHING, false, item("a", 0)).qos()).isZero();
        assertThat(Filters.granted(ListenerRules.STANDARD, false, item("a", 2)).qos()).isEqualTo(2);
    }

    @Test
    void a_bridge_gets_no_message_of_its_own_and_the_retain_flag_as_it_was_but_not_from_a_shared_group() {
        Subscribe.Item own = Filters.granted(ListenerRules.STANDARD, true, item("a", 1));
        assertThat(own.noLocal()).isTrue();
        assertThat(own.retainAsPublished()).isTrue();

        Subscribe.Item shared = Filters.granted(ListenerRules.STANDARD, true, item("$share/g/a", 1));
        assertThat(shared.noLocal()).isFalse();
        assertThat(shared.retainAsPublished()).isFalse();
        assertThat(Filters.granted(ListenerRules.STANDARD, false, item("a", 1)).noLocal()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, true, true", "0, false, true", "1, true, true", "1, false, false", "2, true, false",
        "2, false, false"})
    @Spec({"MQTT-3.3.1-9", "MQTT-3.3.1-10", "MQTT-3.3.1-11"})
    void retained_messages_are_sent_as_retain_handling_says(int retainHandling, boolean isNew, boolean sent) {
        assertThat(Filters.bringsRetained(item("a", retainHandling, false), isNew)).isEqualTo(sent);
        assertThat(Filters.bringsRetained(item("$share/g/a", retainHandling, false), isNew)).isFalse();
    }
}
