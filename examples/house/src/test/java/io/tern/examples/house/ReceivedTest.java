package io.tern.examples.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.TopicName;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The bookkeeping notices every kind of broken promise.
class ReceivedTest {

    private static final Stream STREAM = new Stream(TopicName.of("house/attic/bath/power"), "s1");

    private final Published published = new Published("h1");

    private Report.Row rowAfter(int qos, Received.Promise promise, List<Integer> arrivals) {
        Received received = new Received("r", promise, published, "house/#");
        for (int seq = 1; seq <= 3; seq++) {
            published.acknowledged(STREAM, seq, qos);
        }
        arrivals.forEach(seq -> received.arrived(STREAM, seq));
        assertThat(received.rows()).hasSize(1);
        return received.rows().getFirst();
    }

    @ParameterizedTest
    @CsvSource({
        "0, ALL, 1 2 3, true",
        "0, ALL, 1 3, true",
        "0, ALL, 1 2 2 3, false",
        "0, ALL, 2 1, false",
        "1, ALL, 1 2 3, true",
        "1, ALL, 1 2 1 2 3, true",
        "1, ALL, 1 3, false",
        "1, ALL, 1 3 2, false",
        "2, ALL, 1 2 3, true",
        "2, ALL, 1 2, false",
        "2, ALL, 1 2 3 3, false",
        "2, ALL, 1 3 2, false",
        "1, EACH_ONCE, 3 1 2, true",
        "1, EACH_ONCE, 1 2 2 3, false",
        "1, EACH_ONCE, 1 3, false",
        "1, PART, 1 3, true",
        "1, PART, 3 1, false"
    })
    void a_promise_is_kept_or_broken(int qos, Received.Promise promise, String arrivals, boolean kept) {
        List<Integer> seqs = Arrays.stream(arrivals.split(" ")).map(Integer::valueOf).toList();
        assertThat(rowAfter(qos, promise, seqs).isKept()).isEqualTo(kept);
    }

    @Test
    void counts_say_what_happened() {
        assertThat(rowAfter(2, Received.Promise.ALL, List.of(1, 1, 3)).tally()).isEqualTo(new Tally(3, 2, 1, 1, 0));
    }

    @ParameterizedTest
    @CsvSource({"2 3, true", "3, true", "2 2 3, true", "1 3, false", "2, false"})
    void who_comes_late_is_owed_the_latest_and_what_follows(String arrivals, boolean kept) {
        Received late = new Received("r", Received.Promise.ALL, published, "house/#");
        published.acknowledged(STREAM, 1, 1);
        published.acknowledged(STREAM, 2, 1);
        late.startsNow();
        published.acknowledged(STREAM, 3, 1);
        for (String seq : arrivals.split(" ")) {
            late.arrived(STREAM, Integer.parseInt(seq));
        }
        assertThat(late.rows().getFirst().isKept()).isEqualTo(kept);
    }

    @Test
    void other_topics_are_not_owed() {
        published.acknowledged(STREAM, 1, 1);
        assertThat(new Received("r", Received.Promise.ALL, published, "house/+/+/temperature").rows()).isEmpty();
    }

    @Test
    void messages_read_back_what_they_wrote_and_nothing_else() {
        Message message = new Message("h3f2a", "s17", 42, "21.4");
        assertThat(message.toJson()).asString()
                .isEqualTo("{\"run\":\"h3f2a\",\"from\":\"s17\",\"seq\":42,\"value\":21.4}");
        assertThat(Message.parse(message.toJson())).isEqualTo(message);
        assertThat(Message.parse(new byte[0])).isNull();
        assertThat(Message.parse("true".getBytes())).isNull();
    }

    @Test
    void the_plan_has_one_place_for_each_sensor() {
        List<Place> places = Place.plan("house", 200);
        assertThat(places).extracting(Place::topic).doesNotHaveDuplicates().hasSize(200);
        assertThat(places.getFirst().topic()).isEqualTo("house/cellar/hall/temperature");
        assertThat(places.getLast().stateTopic()).isEqualTo("house/attic/guest/motion/state");
        assertThat(Place.plan("house", 2_000)).extracting(Place::topic).doesNotHaveDuplicates();
    }
}
