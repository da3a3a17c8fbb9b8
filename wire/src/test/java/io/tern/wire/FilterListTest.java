package io.tern.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Decoder;
import io.tern.wire.codec.Encoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Packets of many filters stay the bytes that they came in.
class FilterListTest {

    private static Subscribe.Item item(MqttVersion version, int i) {
        TopicFilter filter = TopicFilter.of(switch (i % 4) {
            case 0 -> "a/" + i;
            case 1 -> "ä/+/" + "é".repeat(i % 50);
            case 2 -> "$share/grüppe/" + i + "/#";
            default -> "#";
        });
        return version.isV5()
                ? new Subscribe.Item(filter, i % 3, i % 4 == 0, i % 5 == 0, i % 3)
                : new Subscribe.Item(filter, i % 3);
    }

    private static Packet back(Packet packet, MqttVersion version) throws Exception {
        ByteWriter bytes = new ByteWriter(64);
        Connect connect = new Connect(version, false, true, 0, "c", Properties.NONE, null, null, null);
        Encoder.encode(connect, version, bytes);
        Encoder.encode(packet, version, bytes);
        Decoder decoder = new Decoder(Decoder.Receiver.SERVER, 1 << 24);
        decoder.feed(bytes.array(), 0, bytes.size());
        decoder.next();
        Packet back = decoder.next();
        Arrays.fill(bytes.array(), (byte) -1); // It must not look there again.
        return back;
    }

    @ParameterizedTest
    @EnumSource
    void every_item_of_a_long_subscribe_is_as_it_was_sent(MqttVersion version) throws Exception {
        List<Subscribe.Item> sent = IntStream.range(0, 1_000).mapToObj(i -> item(version, i)).toList();

        Subscribe subscribe = (Subscribe) back(new Subscribe(7, Properties.NONE, sent), version);

        assertThat(subscribe.items()).isInstanceOf(FilterList.class).isEqualTo(sent);
        for (int i = sent.size() - 1; i >= 0; i--) {
            assertThat(subscribe.items().get(i)).isEqualTo(sent.get(i));
        }
        assertThat(subscribe).isEqualTo(new Subscribe(7, Properties.NONE, sent));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, FilterList.STRIDE, FilterList.STRIDE + 1, 2 * FilterList.STRIDE, 1_000})
    void every_filter_of_an_unsubscribe_is_as_it_was_sent(int count) throws Exception {
        List<TopicFilter> sent =
                IntStream.range(0, count).mapToObj(i -> item(MqttVersion.V5, i).filter()).toList();

        Unsubscribe unsubscribe = (Unsubscribe) back(new Unsubscribe(7, Properties.NONE, sent), MqttVersion.V5);

        assertThat(unsubscribe.filters()).isEqualTo(sent).hasSize(count);
        assertThat(new ArrayList<>(unsubscribe.filters().subList(count / 2, count)))
                .isEqualTo(sent.subList(count / 2, count));
        assertThat(unsubscribe.filters().get(count - 1)).isEqualTo(sent.getLast());
        assertThat(unsubscribe.encodedBytes() > 0).isEqualTo(count > FilterList.STRIDE);
    }

    @Test
    void half_a_million_of_them_take_the_bytes_of_their_packet() throws Exception {
        int count = 500_000;
        List<Subscribe.Item> same =
                Collections.nCopies(count, new Subscribe.Item(TopicFilter.of("s"), 1));

        Subscribe subscribe = (Subscribe) back(new Subscribe(7, Properties.NONE, same), MqttVersion.V5);

        assertThat(subscribe.encodedBytes()).isBetween(4 * count, 5 * count);
        assertThat(subscribe.items().get(count - 1)).isEqualTo(same.getFirst());
        var iterator = subscribe.items().listIterator(count);
        assertThat(iterator.hasNext()).isFalse();
        assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(() -> subscribe.items().get(count)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
