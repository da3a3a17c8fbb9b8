package io.tern.wire;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PointToPointTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$p2p/pump 7/set | pump 7",
                "$p2p/a/b/c/d | a",
                "$p2p/a// | a",
                "$p2p/$x/$y | $x",
                "$p2p/%2F%2B%23%25/t | /+#%",
                "$p2p/%252F/t | %2F",
            })
    void says_who_a_message_goes_to(String topic, String clientId) {
        TopicName name = TopicName.of(topic);

        assertThat(PointToPoint.fault(name)).isNull();
        assertThat(PointToPoint.clientId(name)).isEqualTo(clientId);
        assertThat(TopicFilter.of(PointToPoint.filter(clientId)).matches(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$p2p/", "$p2p/a", "$p2p/a/", "$p2p//t", "$p2p//", "$p2p/%/t", "$p2p/%2/t", "$p2p/%41/t", "$p2p/%2f/t",
                "$p2p/a%zz/t", "$p2p/a/$SYS/x", "$p2p/a/$CONTROL/tern/v1", "$p2p/a/$share/g/t", "$p2p/a/$p2p/b/t",
                "$p2p/a/$delayed/1/t", "$p2p/a/$keep/t", "$p2p/a/$replay/earliest/t", "$p2p/a/$batch/t",
                "$p2p/a/$encoding/gzip/t"
            })
    void says_what_is_wrong(String topic) {
        assertThat(PointToPoint.fault(TopicName.of(topic))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"$p2", "$p2p", "p2p/a/t", "$P2P/a/t", "/$p2p/a/t", ""})
    void leaves_all_other_topics_alone(String topic) {
        assertThat(PointToPoint.is(topic)).isFalse();
    }

    @Property
    void each_identifier_has_one_topic(@ForAll @NotEmpty String any) {
        String clientId = any.replaceAll("[\\p{Cc}\\p{Cs}\\p{Cn}]", "x");

        TopicName topic = PointToPoint.topic(clientId, "a/b");

        assertThat(PointToPoint.fault(topic)).isNull();
        assertThat(PointToPoint.clientId(topic)).isEqualTo(clientId);
        assertThat(topic.value().chars().filter(c -> c == '/').count()).isEqualTo(3);
    }
}
