package io.tern.admin.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.SecurityEvent;
import io.tern.broker.watch.QueueReport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// When alarms about queues begin and end.
class QueueAlarmsTest {

    private final List<SecurityEvent> events = new ArrayList<>();
    private final QueueAlarms alarms = new QueueAlarms(events::add);
    private long nowMillis = 1_000_000;

    private List<SecurityEvent> look(QueueReport report) {
        nowMillis += 1_000;
        events.clear();
        alarms.look(report, nowMillis);
        return events;
    }

    private static QueueReport dropped(long messages) {
        return new QueueReport(messages, "queue_full", "c" + messages, 0, null, 0, 0, 0, 0, "");
    }

    private static QueueReport used(double memory, double disk) {
        return new QueueReport(0, "queue_full", "", 0, null, 0, memory, disk, 0, "");
    }

    private static QueueReport high(int queues, String fullest, double part) {
        return new QueueReport(0, "queue_full", "", queues, fullest, part, 0, 0, 0, "");
    }

    @Test
    void drops_are_one_alarm_told_once_a_minute_and_over_after_a_quiet_one() {
        assertThat(look(dropped(0))).isEmpty();
        assertThat(look(dropped(3)))
                .containsExactly(new SecurityEvent.AcknowledgedDropped(true, 3, "queue_full", "c3"));
        for (int i = 4; i < 63; i++) {
            assertThat(look(dropped(i))).isEmpty();
        }
        assertThat(look(dropped(63)))
                .containsExactly(new SecurityEvent.AcknowledgedDropped(true, 63, "queue_full", "c63"));
        for (int i = 0; i < 59; i++) {
            assertThat(look(dropped(63))).isEmpty();
        }
        assertThat(look(dropped(63)))
                .containsExactly(new SecurityEvent.AcknowledgedDropped(false, 63, "queue_full", "c63"));
        assertThat(look(dropped(63))).isEmpty();
        assertThat(look(dropped(64)))
                .containsExactly(new SecurityEvent.AcknowledgedDropped(true, 1, "queue_full", "c64"));
    }

    @Test
    void who_has_too_much_is_an_alarm_of_its_own() {
        QueueReport over =
                new QueueReport(0, "queue_full", "", 0, null, 0, 0, 0, 7, "user 'ann' has too many sessions");
        assertThat(look(over))
                .containsExactly(new SecurityEvent.OverQuota(true, 7, "user 'ann' has too many sessions"));
        for (int i = 0; i < 59; i++) {
            assertThat(look(over)).isEmpty();
        }
        assertThat(look(over)).hasSize(1).allMatch(each ->
                each instanceof SecurityEvent.OverQuota end && !end.active() && end.times() == 7);
    }

    @Test
    void memory_and_disk_are_high_from_80_percent_until_60() {
        assertThat(look(used(0.79, 0.5))).isEmpty();
        assertThat(look(used(0.8, 0.5))).containsExactly(
                new SecurityEvent.QueueHigh("memory", true, null, "80 % of limits.memory_bytes is in use"));
        assertThat(look(used(0.61, 0.95))).containsExactly(new SecurityEvent.QueueHigh(
                "disk", true, null, "95 % of what the data may take on its disk is in use"));
        assertThat(look(used(0.59, 0.6))).containsExactly(
                new SecurityEvent.QueueHigh("memory", false, null, "59 % of limits.memory_bytes is in use"));
        assertThat(look(used(0.79, 0.1))).containsExactly(new SecurityEvent.QueueHigh(
                "disk", false, null, "10 % of what the data may take on its disk is in use"));
    }

    @Test
    void queues_of_clients_are_one_alarm_that_names_the_fullest_and_changes_once_a_minute() {
        assertThat(look(high(1, "a", 0.85))).containsExactly(new SecurityEvent.QueueHigh(
                "sessions", true, "a", "1 queue is nearly full, the fullest to 85 %"));
        for (int i = 0; i < 59; i++) {
            assertThat(look(high(2, "b", 0.9))).isEmpty();
        }
        assertThat(look(high(2, "b", 0.9))).containsExactly(new SecurityEvent.QueueHigh(
                "sessions", true, "b", "2 queues are nearly full, the fullest to 90 %"));
        assertThat(look(high(0, null, 0))).hasSize(1).allMatch(each ->
                each instanceof SecurityEvent.QueueHigh over && !over.active());
    }
}
