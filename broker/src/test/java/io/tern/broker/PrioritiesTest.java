package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.route.TopicRules;
import io.tern.engine.queue.DropReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Topics with priorities: what waits for somebody goes by them.
class PrioritiesTest {

    private House house;

    @AfterEach
    void close() {
        if (house != null) {
            house.close();
        }
    }

    private void start(Options options) {
        house = new House(2, options);
    }

    private static Options with(String priorities) {
        return Options.DEFAULTS.with(BrokerOptions.PRIORITY_BY_TOPIC, priorities);
    }

    /// The settings as docs/durability.md shows them.
    private static Options documented() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("../docs/durability.md"));
        String priorities = value(lines, BrokerOptions.PRIORITY_BY_TOPIC.key());
        String otherwise = value(lines, BrokerOptions.PRIORITY_DEFAULT.key());
        return with(priorities).with(BrokerOptions.PRIORITY_DEFAULT, Integer.parseInt(otherwise));
    }

    private static String value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key + ": "))
                .map(line -> line.substring(key.length() + 2))
                .findFirst()
                .orElseThrow();
    }

    private void publish(PlainClient publisher, String topic, int from, int to) {
        for (int i = from; i < to; i++) {
            publisher.published(topic, topic + " " + i, 1);
        }
    }

    private static List<String> texts(String topic, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> topic + " " + i).toList();
    }

    @Test
    void what_waits_goes_as_the_page_says() throws IOException {
        start(documented());
        house.connect(1, Hello.durable("s")).subscribed("#", 1).lose();
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publish(publisher, "telemetry/bulk/1", 0, 2);
        publish(publisher, "door", 0, 2);
        publish(publisher, "alarm/fire", 0, 2);
        publish(publisher, "alarm/water", 2, 4);

        List<String> expected = new ArrayList<>(texts("alarm/fire", 0, 2));
        expected.addAll(texts("alarm/water", 2, 4));
        expected.addAll(texts("door", 0, 2));
        expected.addAll(texts("telemetry/bulk/1", 0, 2));
        assertThat(house.connect(1, Hello.durable("s")).acknowledge().payloads()).isEqualTo(expected);
    }

    @Test
    void an_older_one_goes_after_64() {
        start(with("alarm=9"));
        house.connect(1, Hello.durable("s")).subscribed("#", 1).lose();
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publish(publisher, "other", 0, 2);
        publish(publisher, "alarm", 0, 130);

        List<String> expected = new ArrayList<>(texts("alarm", 0, 64));
        expected.add("other 0");
        expected.addAll(texts("alarm", 64, 128));
        expected.add("other 1");
        expected.addAll(texts("alarm", 128, 130));
        assertThat(house.connect(1, Hello.durable("s")).acknowledge().payloads()).isEqualTo(expected);
    }

    @Test
    void the_lowest_is_dropped_first_and_nothing_for_what_is_lower() {
        start(with("alarm=9, bulk=1").with(BrokerOptions.PRIORITY_DEFAULT, 5).with(BrokerOptions.QUEUE_MESSAGES, 4));
        house.connect(1, Hello.durable("s")).subscribed("#", 1).lose();
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publish(publisher, "alarm", 0, 2);
        publish(publisher, "bulk", 0, 2);
        publish(publisher, "other", 0, 3);
        publish(publisher, "bulk", 2, 3);

        List<String> expected = new ArrayList<>(texts("alarm", 0, 2));
        expected.addAll(texts("other", 1, 3));
        assertThat(house.connect(1, Hello.durable("s")).acknowledge().payloads()).isEqualTo(expected);
        assertThat(house.dropped(DropReason.QUEUE_FULL)).isEqualTo(4);
    }

    @Test
    void what_waits_for_a_group_goes_by_them_too() {
        start(with("alarm=9"));
        house.connect(1, Hello.durable("s")).subscribed("$share/g/#", 1).lose();
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publish(publisher, "other", 0, 2);
        publish(publisher, "alarm", 0, 2);

        List<String> expected = new ArrayList<>(texts("alarm", 0, 2));
        expected.addAll(texts("other", 0, 2));
        assertThat(house.connect(1, Hello.durable("s")).acknowledge().payloads()).isEqualTo(expected);
    }

    @Test
    void what_cannot_be_read_is_refused_with_the_key() {
        assertThatThrownBy(() -> new TopicRules(with("a=1, alarm/#=high")))
                .hasMessage("queue.priority_by_topic: 'alarm/#=high' is not FILTER=NUMBER with a number"
                        + " from 0 to 255");
        assertThatThrownBy(() -> new TopicRules(with("a=256"))).hasMessageContaining("'a=256'");
        assertThatThrownBy(() -> new TopicRules(with("9"))).hasMessageContaining("'9'");
        String many = String.join(",", IntStream.range(1, 17).mapToObj(i -> "a" + i + "=" + i).toList());
        assertThatThrownBy(() -> new TopicRules(with(many)))
                .hasMessage("queue.priority_by_topic: 17 different priorities, that of other topics included;"
                        + " 16 at most");
    }
}
