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

        assertThat(more).isEqualTo(properties.encoded().length);
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
