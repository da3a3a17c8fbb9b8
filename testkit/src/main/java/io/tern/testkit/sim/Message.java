package io.tern.testkit.sim;

import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.List;

/// One application message as the model knows it: what was sent, when, how often, and who has seen it.
final class Message {

    private static final int NOT_YET = Span.NEVER;

    private final int id;
    private final SimClient publisher;
    private final TopicName topic;
    private final int qos;
    private final boolean retain;
    private final int payloadBytes;
    private final List<Attempt> sentOver = new ArrayList<>();
    private final int[] seen;
    private boolean will;
    private int sentStep = NOT_YET;
    private int ackedStep = NOT_YET;

    /// @param clients how many there are that may see it
    Message(int id, SimClient publisher, TopicName topic, int qos, boolean retain, int payloadBytes, int clients) {
        this.id = id;
        this.publisher = publisher;
        this.topic = topic;
        this.qos = qos;
        this.retain = retain;
        this.payloadBytes = payloadBytes;
        this.seen = new int[clients];
    }

    int id() {
        return id;
    }

    SimClient publisher() {
        return publisher;
    }

    TopicName topic() {
        return topic;
    }

    int qos() {
        return qos;
    }

    boolean retain() {
        return retain;
    }

    /// Removes the topic's retained message.
    boolean isClear() {
        return payloadBytes == 0;
    }

    boolean isWill() {
        return will;
    }

    /// The will of a connection: the broker publishes it.
    void isWillOf(Attempt attempt, int step) {
        will = true;
        sentOver(attempt, step);
    }

    byte[] payload() {
        byte[] payload = new byte[payloadBytes];
        if (payloadBytes > 0) {
            for (int i = 0; i < 4; i++) {
                payload[i] = (byte) (id >> 24 - 8 * i);
            }
            for (int i = 4; i < payloadBytes; i++) {
                payload[i] = (byte) (id + i);
            }
        }
        return payload;
    }

    boolean hasPayload(byte[] payload) {
        if (payload.length != payloadBytes) {
            return false;
        }
        for (int i = 4; i < payloadBytes; i++) {
            if (payload[i] != (byte) (id + i)) {
                return false;
            }
        }
        return true;
    }

    void sentOver(Attempt attempt, int step) {
        sentOver.add(attempt);
        sentStep = Math.min(sentStep, step);
    }

    void acked(int step) {
        ackedStep = Math.min(ackedStep, step);
    }

    boolean isAcked() {
        return ackedStep != NOT_YET;
    }

    int sentStep() {
        return sentStep;
    }

    int ackedStep() {
        return ackedStep;
    }

    int timesSent() {
        return sentOver.size();
    }

    Attempt firstSentOver() {
        return sentOver.getFirst();
    }

    /// Whether the broker has read it after another one of the same publisher, both sent once: on a later connection, or
    /// later on the same. A connection that was opened first may be let in last.
    boolean isAfter(Message other) {
        int mine = firstSentOver().openedStep();
        int its = other.firstSentOver().openedStep();
        return mine == its ? id > other.id : mine > its;
    }

    /// How many copies of it the broker may have routed: at QoS 1 one for each time it was sent, at QoS 2 one for each of
    /// its publisher's sessions. What is sent before CONNACK may come in after the whole exchange was done on a later
    /// connection, and is new then.
    int copiesAllowed() {
        return qos == 2 && !will
                ? (int) sentOver.stream()
                        .map(attempt -> attempt.hasSpokenEarly() ? attempt : attempt.incarnation())
                        .distinct()
                        .count()
                : sentOver.size();
    }

    /// @return how often this client has seen it now, redeliveries not counted
    int seenBy(SimClient client) {
        return ++seen[client.number()];
    }

    int timesSeenBy(SimClient client) {
        return seen[client.number()];
    }

    @Override
    public String toString() {
        return "message " + id + " of " + publisher + " to " + topic + " at QoS " + qos + (retain ? ", retained" : "")
                + (will ? ", a will" : "");
    }
}
