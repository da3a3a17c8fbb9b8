package io.tern.engine.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.engine.queue.Sent;
import io.tern.wire.Spec;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SendWindowTest {

    private static final int FIRST = 256;
    private static final int MOST = 65_535;

    /// A receiver behind a link, to whom there is always more to send; time goes in steps of a millisecond.
    private static final class Receiver {
        private record Sent(long sequence, long arrivesMillis) {}

        private final SendWindow window = new SendWindow();
        private final ArrayDeque<Sent> link = new ArrayDeque<>();
        private final ArrayDeque<Long> answers = new ArrayDeque<>();
        private int tripMillis;
        private int turnMillis;
        private int messagesAMilli;
        private long nowMillis = 1_000;
        private long sent;
        private long answered;
        private boolean idle;

        Receiver(int tripMillis, int turnMillis, int messagesAMilli) {
            this.tripMillis = tripMillis;
            this.turnMillis = turnMillis;
            this.messagesAMilli = messagesAMilli;
            window.begin(FIRST, MOST);
        }

        long run(int millis) {
            long before = answered;
            for (long end = nowMillis + millis; nowMillis < end; nowMillis++) {
                if (nowMillis % turnMillis == 0) {
                    int most = messagesAMilli * turnMillis;
                    while (most-- > 0 && !link.isEmpty() && link.peek().arrivesMillis <= nowMillis) {
                        answers.add(link.poll().sequence);
                    }
                }
                while (!answers.isEmpty()) {
                    window.answered(answers.poll(), true, nowMillis);
                    answered++;
                    send();
                }
                send();
            }
            return answered - before;
        }

        private void send() {
            if (idle) {
                return;
            }
            long lastBefore = sent;
            while (sent - answered < window.messages()) {
                link.add(new Sent(++sent, nowMillis + tripMillis));
                window.sent();
            }
            window.full(sent > lastBefore ? sent : -1, nowMillis);
        }
    }

    @Test
    void nobody_waits_for_the_window_who_answers_once_a_turn() {
        Receiver receiver = new Receiver(0, 2, 1_000);
        receiver.run(100);

        assertThat(receiver.run(1_000)).isGreaterThan(900_000);
    }

    @ParameterizedTest
    @CsvSource({"50, 20", "300, 20", "300, 100", "1000, 20"})
    void a_long_way_is_filled(int tripMillis, int messagesAMilli) {
        Receiver receiver = new Receiver(tripMillis, 1, messagesAMilli);
        receiver.run(15 * tripMillis);

        assertThat(receiver.run(10_000)).isGreaterThan(9_000L * messagesAMilli);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "50, 1", "1, 2"})
    void a_slow_receiver_gets_no_more_than_twice_what_it_had_at_first(int tripMillis, int messagesAMilli) {
        Receiver receiver = new Receiver(tripMillis, 1, messagesAMilli);

        receiver.run(20_000);

        assertThat(receiver.window.messages()).isLessThanOrEqualTo(2 * (FIRST + tripMillis * messagesAMilli));
    }

    @Test
    void falls_back_when_answers_become_rare() {
        Receiver receiver = new Receiver(5, 1, 200);
        receiver.run(1_000);
        assertThat(receiver.window.messages()).isGreaterThan(5_000);

        receiver.messagesAMilli = 1;
        receiver.run(20_000);

        assertThat(receiver.window.messages()).isLessThanOrEqualTo(2 * FIRST);
    }

    @Test
    void a_way_that_becomes_longer_is_filled_again() {
        Receiver receiver = new Receiver(20, 1, 20);
        receiver.run(1_000);

        receiver.tripMillis = 300;
        receiver.run(20_000);

        assertThat(receiver.run(10_000)).isGreaterThan(180_000);
    }

    @Test
    @Spec({"MQTT-3.3.4-9", "MQTT-4.9.0-2"})
    void never_more_than_the_receiver_maximum() {
        SendWindow window = new SendWindow();
        window.begin(20, 20);
        for (int i = 0; i < 1_000; i++) {
            window.full(i, i / 100);
            window.answered(i, true, i / 100);
            assertThat(window.messages()).isEqualTo(20);
        }
    }

    @Test
    void what_comes_now_and_then_is_not_taken_for_slowness() {
        Receiver receiver = new Receiver(1, 1, 200);
        receiver.run(1_000);
        receiver.idle = true;
        receiver.run(1_000);
        int grown = receiver.window.messages();
        assertThat(grown).isGreaterThan(5_000);
        for (int i = 0; i < 100; i++) {
            receiver.nowMillis += 1_000;
            receiver.window.answered(++receiver.sent, true, receiver.nowMillis);
        }

        assertThat(receiver.window.messages()).isEqualTo(grown);
    }
}
