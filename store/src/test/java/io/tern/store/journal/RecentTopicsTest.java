package io.tern.store.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tern.wire.InvalidTopicException;
import io.tern.wire.TopicName;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RecentTopicsTest {

    private final RecentTopics topics = new RecentTopics();

    private TopicName of(String text) {
        byte[] src = (">" + text + "<").getBytes(StandardCharsets.UTF_8);
        return topics.of(src, 1, src.length - 2);
    }

    @Test
    void each_is_what_was_asked_for_though_many_share_a_place() {
        assertThat(of("a/b")).isSameAs(of("a/b"));
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 5_000; i++) {
                assertThat(of("t/" + i).value()).isEqualTo("t/" + i);
            }
        }
    }

    @Test
    void what_is_no_topic_is_refused_each_time() {
        assertThrows(InvalidTopicException.class, () -> of("a/#"));
        assertThrows(InvalidTopicException.class, () -> of("a/#"));
    }
}
