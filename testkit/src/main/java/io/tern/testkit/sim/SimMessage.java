package io.tern.testkit.sim;

import io.tern.wire.Delayed;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One application message as the model knows it: what was sent, when, how often, and who has seen it.
final class SimMessage {

    private static final int WAY_MILLIS = 30_000;
    private static final int NOT_YET = Span.NEVER;

    private final int id;
    private final SimClient publisher;
    private final TopicName topic;
    private final int qos;
    private final boolean retain;
    private final int payloadBytes;
    private final List<Attempt> sentOver = new ArrayList<>();
    private final Map<Incarnation, Integer> seen = new HashMap<>();
    private boolean will;
    private boolean answer;
    private long delayMillis;
    private long firstSentMillis;
    private long expirySeconds = -1;
    private boolean uncertain;
    private boolean lost;
    private boolean maybeRepeat;
    private int repeats;
    private boolean deliveredBelow2;
    private long sentMillis;
    private int sentStep = NOT_YET;
    private int lastSentStep;
    private long ackedMillis;
    private int ackedStep = NOT_YET;

    SimMessage(int id, SimClient publisher, TopicName topic, int qos, boolean retain, int payloadBytes) {
        this.id = id;
        this.publisher = publisher;
        this.topic = topic;
        this.qos = qos;
        this.retain = retain;
        this.payloadBytes = payloadBytes;
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
        sentOver(attempt, step, 0);
    }

    /// What the server answers over that connection, if it does: it comes in no order with what its client publishes.
    void isAnswerTo(Attempt attempt, int step, long nowMillis) {
        answer = true;
        uncertain = true;
        sentOver(attempt, step, nowMillis);
    }

    boolean isAnswer() {
        return answer;
    }

    /// It is to be delivered so long after it was sent.
    void waits(long millis) {
        delayMillis = millis;
    }

    boolean isDelayed() {
        return delayMillis > 0;
    }

    /// @return the topic that stands in the packet
    TopicName sentTo() {
        return isDelayed() ? Delayed.topic(delayMillis, topic.value()) : topic;
    }

    /// When it may be delivered at the earliest.
    long dueMillis() {
        return firstSentMillis + delayMillis;
    }

    /// It is too old some time after.
    void expiresAfter(long seconds) {
        expirySeconds = seconds;
        uncertain = true;
    }

    int payloadBytes() {
        return payloadBytes;
    }

    /// @return as its publisher set it, -1 for never
    long expirySeconds() {
        return expirySeconds;
    }

    /// Whether it is too old for certain: it may have been on its way for some time before its age was counted.
    boolean isExpired(long nowMillis) {
        return expirySeconds >= 0 && nowMillis - sentMillis > expirySeconds * 1000 + WAY_MILLIS;
    }

    /// Whether nobody may be sent it any more: it was acknowledged so long ago [MQTT-3.3.2-5].
    boolean isTooOld(long nowMillis) {
        return expirySeconds >= 0 && isAcked() && sentOver.size() == 1
                && nowMillis > ackedMillis + expirySeconds * 1000;
    }

    /// It may come or not.
    void mayNotCome() {
        uncertain = true;
    }

    /// It must not come: the broker's process has ended before it was due, and it was no durable session's.
    void isLost() {
        lost = true;
        uncertain = true;
    }

    boolean mustNotCome() {
        return lost;
    }

    /// It may come once more: that it has been sent may have been forgotten.
    void mayComeAgain() {
        repeats++;
    }

    /// Somebody got it with that quality of service.
    void deliveredAt(int deliveredQos) {
        deliveredBelow2 |= deliveredQos < 2;
    }

    boolean deliveredBelow2() {
        return deliveredBelow2;
    }

    /// It may have come to nothing: the broker may have had its packet identifier from a connection let in too late.
    void mayBeTakenForRepeat() {
        maybeRepeat = true;
        uncertain = true;
    }

    boolean isMaybeRepeat() {
        return maybeRepeat;
    }

    boolean isUncertain() {
        return uncertain;
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

    /// @param payload at least four bytes
    /// @return the number of the message that has it
    static int id(byte[] payload) {
        return (payload[0] & 0xFF) << 24 | (payload[1] & 0xFF) << 16 | (payload[2] & 0xFF) << 8 | payload[3] & 0xFF;
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

    void sentOver(Attempt attempt, int step, long nowMillis) {
        sentMillis = nowMillis;
        firstSentMillis = sentOver.isEmpty() ? nowMillis : firstSentMillis;
        sentOver.add(attempt);
        sentStep = Math.min(sentStep, step);
        lastSentStep = step;
    }

    void acked(int step, long nowMillis) {
        ackedMillis = isAcked() ? ackedMillis : nowMillis;
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

    /// Whether the broker has read it after another one of the same publisher, both sent once: on a later connection,
    /// or later on the same. A connection that was opened first may be let in last.
    boolean isAfter(SimMessage other) {
        int mine = firstSentOver().openedStep();
        int its = other.firstSentOver().openedStep();
        return mine == its ? id > other.id : mine > its;
    }

    /// Whether the broker may have routed it after that one, or again.
    boolean mayBeRoutedAfter(SimMessage other) {
        return will || !isAcked() || ackedStep >= other.sentStep || lastSentStep >= other.sentStep;
    }

    /// How many copies of it the broker may have routed: at QoS 1 one for each time it was sent, at QoS 2 one for each
    /// of its publisher's sessions. What is sent before CONNACK may come in after the whole exchange was done on a
    /// later connection, and is new then.
    int copiesAllowed() {
        return qos == 2 && !will
                ? (int) sentOver.stream()
                        .map(attempt -> attempt.hasSpokenEarly() ? attempt : attempt.incarnation())
                        .distinct()
                        .count()
                : sentOver.size() + repeats;
    }

    /// @return how often it has come to this session now, redeliveries not counted
    int seenIn(Incarnation session) {
        return seen.merge(session, 1, Integer::sum);
    }

    int timesSeenIn(Incarnation session) {
        return seen.getOrDefault(session, 0);
    }

    @Override
    public String toString() {
        return "message " + id + " of " + publisher + " to " + topic + " at QoS " + qos + (retain ? ", retained" : "")
                + (will ? ", a will" : "")
                + (isDelayed() ? ", " + delayMillis + " ms later" : "");
    }
}
