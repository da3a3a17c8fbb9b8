package io.tern.testkit.sim;

import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What may be retained for each topic: every topic has one publisher, so its writes have an order.
final class RetainedModel {

    private record Write(SimMessage message, Attempt over) {}

    private final Simulation sim;
    private SimMessage sure;
    private final Map<TopicName, List<Write>> writes = new HashMap<>();

    RetainedModel(Simulation sim) {
        this.sim = sim;
    }

    /// A message with RETAIN is put on the way, for the first time or again: at QoS 1 that may be a write each time.
    void writes(SimMessage message, Attempt over) {
        writes.computeIfAbsent(message.topic(), topic -> new ArrayList<>()).add(new Write(message, over));
    }

    /// There was room for this one, and it has been acknowledged: it is retained, or another in its place.
    void mustBe(SimMessage message) {
        sure = message;
    }

    /// How many topics may have a retained message that has not expired.
    int most() {
        boolean told = !sim.clock().isDoubted();
        long now = sim.clock().nowMillis();
        int count = 0;
        for (List<Write> each : writes.values()) {
            boolean there = each.stream()
                    .anyMatch(write -> !write.message.isClear() && !(told && write.message.isExpired(now)));
            count += there ? 1 : 0;
        }
        return count;
    }

    /// Whether a message may be retained no more though nobody has replaced it. At QoS 0 it is kept in memory alone
    /// while the disk is full.
    private boolean mayBeGone(SimMessage message) {
        int sent = message.sentStep();
        boolean inMemory = message.qos() == 0 && sim.wasFullSince(sent) && sim.crashedSince(sent);
        return message.isClear() || message.isUncertain() || inMemory;
    }

    /// Whether this may be what is retained: the last write that was acknowledged, or a later one [MQTT-3.3.1-5].
    ///
    /// @param found what was found, null for nothing
    /// @param refused whether messages may not have been retained for want of room
    boolean mayBe(TopicName topic, SimMessage found, boolean refused) {
        boolean sureOfIt = sure != null && sure.topic().equals(topic) && !sim.mayHaveLost(sure);
        if (found == null && refused && !sureOfIt) {
            return true;
        }
        List<Write> all = new ArrayList<>(writes.getOrDefault(topic, List.of()));
        // Connections count in the order in which the broker let them in.
        all.sort(Comparator.comparingInt(write -> write.over.openedStep()));
        for (Write write : all.reversed()) {
            SimMessage message = write.message;
            if (!write.over.wasOpen()) {
                continue;
            }
            if (message == found || found == null && mayBeGone(message)) {
                return true;
            }
            // A repeat at QoS 2 counts where the message came in first, and nobody knows where that was.
            boolean counted = message.isAcked() && !message.isMaybeRepeat() && !sim.mayHaveLost(message);
            if (counted && (message.qos() == 1 || message.timesSent() == 1)) {
                return false;
            }
        }
        return found == null;
    }
}
