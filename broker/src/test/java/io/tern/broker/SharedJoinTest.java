package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Properties;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// When a member of a shared group that lives on another shard gets its SUBACK.
class SharedJoinTest {

    private final House house = new House(2);

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void not_before_the_group_knows_it_even_if_it_subscribes_twice() {
        house.connect(0, Hello.v5("first")).subscribed("$share/g/t", 1);
        PlainClient client = house.connect(1, Hello.v5("second"));

        client.send(subscribe(1), subscribe(2));
        house.loop(1).tasks();
        house.loop(1).turn();
        assertThat(client.connection.toClient()).isEmpty();

        assertThat(client.next(SubAck.class).packetId()).isEqualTo(1);
        assertThat(client.next(SubAck.class).packetId()).isEqualTo(2);
    }

    private static Subscribe subscribe(int packetId) {
        return new Subscribe(
                packetId, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of("$share/g/t"), 1)));
    }
}
