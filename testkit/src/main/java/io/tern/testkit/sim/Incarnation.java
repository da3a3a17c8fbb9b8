package io.tern.testkit.sim;

import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One session as the model knows it, from the CONNACK that says that there was none before until the next such.
final class Incarnation {

    private final int number;
    private final int startStep;
    /// It outlives its connections.
    private final boolean durable;
    /// The one that this may be, or null.
    private final Incarnation before;
    private final List<Span> spans = new ArrayList<>();
    /// The last message of each retained topic that reached its client with QoS 1 or 2.
    private final Map<TopicName, SimMessage> lastSeen = new HashMap<>();
    /// The last message of each topic that came as retained.
    private final Map<TopicName, SimMessage> lastRetained = new HashMap<>();

    Incarnation(int number, int startStep, boolean durable) {
        this(number, startStep, durable, null);
    }

    private Incarnation(int number, int startStep, boolean durable, Incarnation before) {
        this.before = before;
        this.number = number;
        this.startStep = startStep;
        this.durable = durable;
    }

    /// A session that may be the one before or a new one: what was promised to the old one is not sure any more. Its
    /// client has been told that it was there, so it is one that outlives its connections.
    Incarnation doubted(int newNumber, int step) {
        Incarnation doubted = new Incarnation(newNumber, step, true, this);
        spans.forEach(span -> doubted.spans.add(span.doubted()));
        return doubted;
    }

    /// Whether it is that one, or may be.
    boolean mayBe(Incarnation other) {
        return this == other || before != null && before.mayBe(other);
    }

    void add(Span span) {
        spans.add(span);
    }

    int number() {
        return number;
    }

    int startStep() {
        return startStep;
    }

    boolean durable() {
        return durable;
    }

    List<Span> spans() {
        return spans;
    }

    void saw(SimMessage message) {
        lastSeen.put(message.topic(), message);
    }

    void sawRetained(SimMessage message) {
        lastRetained.put(message.topic(), message);
    }

    SimMessage lastRetained(TopicName topic) {
        return lastRetained.get(topic);
    }

    int retainedCount() {
        return lastRetained.size();
    }

    /// @return how many of those never expire
    int retainedForEver() {
        return (int) lastRetained.values().stream().filter(message -> message.expirySeconds() < 0).count();
    }

    SimMessage lastSeen(TopicName topic) {
        return lastSeen.get(topic);
    }

    @Override
    public String toString() {
        return "session" + number + spans;
    }
}
