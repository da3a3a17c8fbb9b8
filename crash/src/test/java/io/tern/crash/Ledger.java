package io.tern.crash;

import io.tern.wire.Publish;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What was published, what was acknowledged, who was subscribed, what has arrived; and whether that fits together. It
/// has a clock that ticks with each of these. Safe on any thread.
final class Ledger {

    private static final int FAULTS_KEPT = 20;

    private final List<Message> messages = new ArrayList<>();
    private final List<Receipts> receipts = new ArrayList<>();
    private final Map<TopicName, List<Message>> kept = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();
    private int faultCount;
    private long clock = Message.NOT_YET;
    private long acknowledged;
    private long duplicated;
    private long repeated;
    private int owedUpTo;

    /// A message that is about to be sent for the first time.
    synchronized Message create(String publisher, TopicName topic, int qos, boolean retain, int bytes) {
        return create(publisher, topic, qos, retain, bytes, 0);
    }

    /// The same, to be delivered so long after.
    synchronized Message create(
            String publisher, TopicName topic, int qos, boolean retain, int bytes, long delayMillis) {
        Message message = new Message(messages.size(), publisher, topic, qos, retain, bytes, ++clock, delayMillis);
        messages.add(message);
        if (retain) {
            kept.computeIfAbsent(topic, each -> new ArrayList<>()).add(message);
        }
        return message;
    }

    /// The broker has taken a message over.
    synchronized void acknowledged(Message message) {
        if (!message.isAcknowledged()) {
            message.acknowledged = ++clock;
            acknowledged++;
        }
    }

    synchronized void forbid(Message message) {
        message.forbidden = true;
    }

    synchronized Receipts receipts(String name, boolean group) {
        Receipts made = new Receipts(name, group, this);
        receipts.add(made);
        return made;
    }

    synchronized Span asks(Receipts of, TopicFilter filter, int qos) {
        Span span = new Span(filter, qos, ++clock);
        of.spans().add(span);
        return span;
    }

    synchronized void granted(Span span) {
        span.granted = ++clock;
    }

    synchronized void givesUp(Span span) {
        if (span.givenUp == Message.NOT_YET) {
            span.givenUp = ++clock;
        }
    }

    /// The client gives up its session, and is about to begin a new one.
    synchronized void discards(Receipts session) {
        session.spans().forEach(this::givesUp);
        session.discard();
    }

    synchronized void ended(Span span) {
        span.ended = ++clock;
    }

    /// Finds out which message a PUBLISH carries, and that it is whole.
    ///
    /// @return null for an empty one, or one that nobody has published, which is a fault
    synchronized Message identify(String receiver, Publish publish) {
        if (publish.payload().length == 0) {
            return null;
        }
        int id = Message.id(publish.payload());
        Message message = id >= 0 && id < messages.size() ? messages.get(id) : null;
        if (message == null || !message.topic.equals(publish.topic())
                || !Arrays.equals(message.payload(), publish.payload())) {
            fault(receiver + " got what nobody has published: " + publish);
            return null;
        }
        return message;
    }

    synchronized void arrived(Receipts to, Message message, Publish publish) {
        ++clock;
        to.arrived(message, publish);
    }

    synchronized void fault(String what) {
        faultCount++;
        if (faults.size() < FAULTS_KEPT) {
            faults.add("at " + clock + " " + what);
        }
    }

    synchronized void duplicated(String what) {
        duplicated++;
        fault(what);
    }

    synchronized void repeated() {
        repeated++;
    }

    /// @return the moment now
    synchronized long now() {
        return clock;
    }

    synchronized long acknowledged() {
        return acknowledged;
    }

    synchronized long duplicates() {
        return duplicated;
    }

    synchronized long repeats() {
        return repeated;
    }

    synchronized int published() {
        return messages.size();
    }

    /// @return the first of them, and how many there are
    synchronized List<String> faults() {
        List<String> all = new ArrayList<>(faults);
        if (faultCount > faults.size()) {
            all.add("... in all " + faultCount);
        }
        return all;
    }

    /// Whether all that is owed has come. Cheap when asked again and again.
    synchronized boolean isComplete() {
        for (; owedUpTo < messages.size(); owedUpTo++) {
            for (Receipts each : receipts) {
                if (each.misses(messages.get(owedUpTo))) {
                    return false;
                }
            }
        }
        return true;
    }

    /// What is owed and has not come.
    synchronized List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (Message message : messages) {
            for (Receipts each : receipts) {
                if (each.misses(message)) {
                    missing.add(each + " never got " + message);
                }
            }
        }
        return missing;
    }

    /// @return the topics with retained messages
    synchronized List<TopicName> keptTopics() {
        return List.copyOf(kept.keySet());
    }

    /// Which may be a topic's retained message now: the last acknowledged, or one sent after it that has no answer.
    ///
    /// @return one of them may be empty, which means that there is none
    synchronized List<Message> mayBeKept(TopicName topic) {
        List<Message> all = kept.get(topic);
        List<Message> may = new ArrayList<>();
        for (int i = all.size() - 1; i >= 0; i--) {
            may.add(all.get(i));
            if (all.get(i).isAcknowledged()) {
                return may;
            }
        }
        may.add(null);
        return may;
    }
}
