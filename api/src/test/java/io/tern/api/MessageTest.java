package io.tern.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import org.junit.jupiter.api.Test;

class MessageTest {

    @Test
    void costs_what_its_properties_take_too() {
        Properties properties = Properties.builder().user("k", "v".repeat(60_000)).build();

        int more = message(properties).costBytes() - message(Properties.NONE).costBytes();

        assertThat(more).isBetween(properties.encoded().length, properties.encoded().length + 100);
    }

    @Test
    void costs_its_topic_in_bytes_and_in_characters_which_take_two_bytes_each_where_one_is_not_in_latin_1() {
        assertThat(topicBytes("x".repeat(1000))).isBetween(1900, 2100);
        assertThat(topicBytes("é".repeat(1000))).isBetween(2900, 3100);
        assertThat(topicBytes("x".repeat(1000) + "ж")).isBetween(2900, 3100);
        assertThat(topicBytes("ж".repeat(1000))).isBetween(3900, 4100);
    }

    private static int topicBytes(String topic) {
        return Message.costBytes(TopicName.of(topic), 0, 0, "p") - Message.costBytes(TopicName.of("a"), 0, 0, "p");
    }

    @Test
    void counts_the_queues_of_each_owner() {
        Message message = message(Properties.NONE);

        assertThat(message.hold("a")).isTrue();
        assertThat(message.hold("b")).isTrue();
        assertThat(message.hold("a")).isFalse();
        assertThat(message.letGo("a")).isFalse();
        assertThat(message.letGo("b")).isTrue();
        assertThat(message.letGo("a")).isTrue();
        assertThat(message.hold("a")).as("anew").isTrue();
    }

    private static Message message(Properties properties) {
        return new Message(TopicName.of("a"), new byte[10], 0, false, properties, "p", Message.NEVER);
    }
}
