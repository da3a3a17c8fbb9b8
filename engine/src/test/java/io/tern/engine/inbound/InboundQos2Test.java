package io.tern.engine.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Spec;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class InboundQos2Test {

    private final InboundQos2 qos2 = new InboundQos2();

    @Test
    @Spec("MQTT-4.3.3-10")
    void an_identifier_is_a_repeat_until_it_is_released() {
        assertThat(qos2.isOpen(7)).isFalse();
        assertThat(qos2.publish(7)).isTrue();
        assertThat(qos2.publish(7)).isFalse();
        assertThat(qos2.isOpen(7)).isTrue();
        assertThat(qos2.openCount()).isEqualTo(1);
    }

    @Test
    @Spec({"MQTT-4.3.3-11", "MQTT-4.3.3-12"})
    void a_released_identifier_means_a_new_message() {
        qos2.publish(7);

        assertThat(qos2.release(7)).isTrue();

        assertThat(qos2.isOpen(7)).isFalse();
        assertThat(qos2.release(7)).as("released twice").isFalse();
        assertThat(qos2.publish(7)).isTrue();
    }

    @Test
    void releasing_what_was_never_open_says_so() {
        assertThat(qos2.release(1)).isFalse();
        qos2.publish(2);
        assertThat(qos2.release(1)).isFalse();
        assertThat(qos2.openCount()).isEqualTo(1);
    }

    @Test
    void the_lowest_and_the_highest_identifier_are_two() {
        qos2.publish(1);
        qos2.publish(65_535);

        assertThat(qos2.openCount()).isEqualTo(2);
        assertThat(qos2.release(65_535)).isTrue();
        assertThat(qos2.isOpen(1)).isTrue();
        assertThat(qos2.isOpen(65_535)).isFalse();
    }

    @Test
    void it_is_a_set_of_identifiers() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            InboundQos2 inbound = new InboundQos2();
            TreeSet<Integer> model = new TreeSet<>();
            for (int step = 0; step < 2000; step++) {
                int packetId = 1 + random.nextInt(random.nextBoolean() ? 8 : 65_535);
                if (random.nextInt(3) > 0) {
                    assertThat(inbound.publish(packetId)).isEqualTo(model.add(packetId));
                } else {
                    assertThat(inbound.release(packetId)).isEqualTo(model.remove(packetId));
                }
                assertThat(inbound.openCount()).isEqualTo(model.size());
                assertThat(inbound.isOpen(packetId)).isEqualTo(model.contains(packetId));
            }
        }
    }
}
