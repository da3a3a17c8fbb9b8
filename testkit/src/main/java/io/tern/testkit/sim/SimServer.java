package io.tern.testkit.sim;

import io.tern.api.Message;
import io.tern.wire.Properties;
import io.tern.wire.Publish;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the server says of itself in some runs, below `$SYS/`: numbers that rise. Of each topic only the latest counts,
/// and only as long as its process lives.
final class SimServer {

    private record Said(int number, int step) {}

    private static final List<TopicName> TOPICS = List.of(TopicName.of("$SYS/sim/a"), TopicName.of("$SYS/sim/b"));
    private static final List<TopicFilter> FILTERS =
            List.of(TopicFilter.of("$SYS/#"), TopicFilter.of("$SYS/sim/a"), TopicFilter.of("$SYS/+/b"));

    /// Higher than any of a client's messages.
    private static final int FIRST_NUMBER = 0x4000_0000;

    private final Simulation sim;
    private final Map<TopicName, Said> latest = new HashMap<>();
    private final Map<Incarnation, Map<TopicName, Integer>> seen = new HashMap<>();
    private final Map<Incarnation, Map<String, Integer>> inOrder = new HashMap<>();
    private int lastNumber = FIRST_NUMBER;

    SimServer(Simulation sim) {
        this.sim = sim;
    }

    /// @return a filter for what it says
    static TopicFilter filter(SimRandom random) {
        return FILTERS.get(random.below(FILTERS.size()));
    }

    static boolean owns(TopicName topic) {
        return topic.value().startsWith("$SYS/");
    }

    /// It says something.
    void speak(SimRandom random) {
        TopicName topic = TOPICS.get(random.below(TOPICS.size()));
        latest.put(topic, new Said(++lastNumber, sim.step()));
        sim.trace().event("server", "says", lastNumber, 0, topic);
        byte[] payload = ByteBuffer.allocate(4).putInt(lastNumber).array();
        sim.broker().publish(new Message(topic, payload, 1, true, Properties.NONE, null, Message.NEVER));
    }

    /// A client has got some of it, maybe again.
    void arrived(Attempt to, Publish publish) {
        Incarnation session = to.incarnation();
        Said said = latest.get(publish.topic());
        int number = publish.payload().length == 4 ? ByteBuffer.wrap(publish.payload()).getInt() : 0;
        if (said == null || number <= FIRST_NUMBER || number > said.number) {
            sim.fail("the server has not said what arrived: " + publish, null);
            return;
        }
        boolean asked = session.spans().stream()
                .anyMatch(span -> span.filter().startsWith("$SYS") && span.matches(publish.topic()));
        if (!asked) {
            sim.fail(to + " got " + publish.topic() + " without a subscription [MQTT-4.7.2-1]; it has " + session,
                    null);
        }
        seen.computeIfAbsent(session, each -> new HashMap<>()).put(publish.topic(), number);
        if (publish.retain() || publish.dup()) {
            return; // What was on its way when it was asked for may still come, though that is older.
        }
        Integer before = inOrder.computeIfAbsent(session, each -> new HashMap<>())
                .put(publish.topic() + " at QoS " + publish.qos(), number);
        if (before != null && before > number) {
            sim.fail(to + " got " + number + " of " + publish.topic() + " after " + before, null);
        }
    }

    /// What somebody has never heard who has listened all the time.
    ///
    /// @return one line each
    List<String> missing(SimClient client, Incarnation session) {
        List<String> missing = new ArrayList<>();
        for (TopicName topic : TOPICS) {
            Said said = latest.get(topic);
            boolean owed = said != null && said.step > session.startStep() && !sim.crashedSince(said.step - 1)
                    && session.spans().stream().anyMatch(span -> span.filter().startsWith("$SYS")
                            && span.item().qos() > 0 && span.matches(topic) && span.holdsSince(said.step));
            Integer last = seen.getOrDefault(session, Map.of()).get(topic);
            if (owed && (last == null || last != said.number)) {
                missing.add(client + " heard " + last + " of " + topic + " last, but " + said + " was said");
            }
        }
        return missing;
    }
}
