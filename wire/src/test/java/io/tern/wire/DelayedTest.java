package io.tern.wire;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DelayedTest {

    @ParameterizedTest
    @CsvSource({
        "$delayed/90/a/b, 90000, a/b",
        "$delayed/1//, 1000, /",
        "$delayed/0.25/a, 250, a",
        "$delayed/0.001/a, 1, a",
        "$delayed/1.5/a, 1500, a",
        "$delayed/10.050/a, 10050, a",
        "$delayed/42949670/a, 42949670000, a",
        "$delayed/5/$x, 5000, $x",
        "$delayed/5/1.2/3, 5000, 1.2/3",
        "$delayed/5/$p2p/pump/set, 5000, $p2p/pump/set",
    })
    void says_how_long_a_message_waits_and_where_it_goes(String topic, long millis, String inner) {
        TopicName name = TopicName.of(topic);

        assertThat(Delayed.is(topic)).isTrue();
        assertThat(Delayed.fault(name)).isNull();
        assertThat(Delayed.millis(name)).isEqualTo(millis);
        assertThat(Delayed.inner(name).value()).isEqualTo(inner);
        assertThat(Delayed.behind(topic)).isEqualTo(inner);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$delayed/", "$delayed/5", "$delayed/5/", "$delayed//a", "$delayed/a/b", "$delayed/-5/a",
                "$delayed/1e3/a", "$delayed/ 5/a", "$delayed/5 /a", "$delayed/0/a", "$delayed/00/a", "$delayed/05/a",
                "$delayed/0.0/a", "$delayed/0.000/a", "$delayed/.5/a", "$delayed/5./a", "$delayed/0.0001/a",
                "$delayed/1.2.3/a", "$delayed/5,5/a", "$delayed/٣/a", "$delayed/1.٣/a", "$delayed/42949670.001/a",
                "$delayed/42949671/a", "$delayed/99999999/a", "$delayed/123456789/a", "$delayed/99999999999999999999/a",
                "$delayed/0x5/a", "$delayed/5/$SYS/a", "$delayed/5/$CONTROL/tern/v1", "$delayed/5/$share/g/a",
                "$delayed/5/$delayed/5/a", "$delayed/5/$replay/earliest/a", "$delayed/5/$keep/a", "$delayed/5/$batch/a",
                "$delayed/5/$encoding/gzip/a", "$delayed/5/$p2p/a", "$delayed/5/$p2p/a/$delayed/5/b"
            })
    void says_what_is_wrong(String topic) {
        assertThat(Delayed.fault(TopicName.of(topic))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"$delaye", "$delayed", "delayed/5/a", "$DELAYED/5/a", "/$delayed/5/a", ""})
    void leaves_all_other_topics_alone(String topic) {
        assertThat(Delayed.is(topic)).isFalse();
        assertThat(Delayed.behind(topic)).isEqualTo(topic);
    }

    @Property
    void each_delay_is_written_and_read_in_one_way(@ForAll @LongRange(min = 1, max = 42_949_670_000L) long millis) {
        TopicName topic = Delayed.topic(millis, "a/b");

        assertThat(Delayed.fault(topic)).isNull();
        assertThat(Delayed.millis(topic)).isEqualTo(millis);
        assertThat(Delayed.inner(topic).value()).isEqualTo("a/b");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1790000000000, 1790000000000", "999999999999999, 999999999999999"})
    void reads_a_time(String value, long millis) {
        assertThat(Delayed.time(value)).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", "1.5", "1e3", " 1", "1000000000000000", "٣", "now"})
    void knows_what_is_no_time(String value) {
        assertThat(Delayed.time(value)).isNegative();
    }

    @Test
    void finds_a_user_property_by_its_name() {
        Properties properties = Properties.builder()
                .user("tern-deliver-a", "0")
                .with(io.tern.wire.Property.CONTENT_TYPE, "tern-deliver-at")
                .user("Tern-deliver-at", "1")
                .user(Delayed.DELIVER_AT, "2")
                .user(Delayed.DELIVER_AT, "3")
                .build();

        assertThat(properties.user(Delayed.DELIVER_AT)).isEqualTo("2");
        assertThat(properties.user("other")).isNull();
        assertThat(Properties.NONE.user("other")).isNull();
    }
}
