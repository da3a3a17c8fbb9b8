package io.tern.engine.inbound;

import io.tern.api.Decision;
import io.tern.api.Message;
import io.tern.engine.outbound.Outlet;
import io.tern.engine.rules.Irregularity;
import io.tern.engine.rules.ListenerRules;
import io.tern.engine.rules.Refusal;
import io.tern.engine.rules.Topics;
import io.tern.wire.Delayed;
import io.tern.wire.PointToPoint;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import io.tern.wire.Utf8;

/// What a server does with the PUBLISH packets of one connection: topic aliases, the Receive Maximum, the receiver's
/// half of QoS 1 and 2, and the answers in the order the packets came.
public final class PublishInbound {

    private static final Refusal NOT_ALLOWED =
            new Refusal(ReasonCode.NOT_AUTHORIZED, "not allowed to publish to this topic");

    private static final Refusal NOT_UTF_8 =
            new Refusal(ReasonCode.PAYLOAD_FORMAT_INVALID, "the payload is said to be UTF-8, but is not");

    private static final Refusal DISK_FULL =
            new Refusal(ReasonCode.QUOTA_EXCEEDED, "no room left on disk for what has to be kept");

    private static final Refusal NO_MEMORY =
            new Refusal(ReasonCode.QUOTA_EXCEEDED, "no memory left to reach that client");

    private static final Refusal NO_TIME = new Refusal(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
            Delayed.DELIVER_AT + " is not milliseconds since 1970, or more than " + Delayed.SECONDS_MAX
                    + " seconds from now");

    private static final Refusal TWO_TIMES = new Refusal(ReasonCode.TOPIC_NAME_INVALID,
            "a topic with a delay, and " + Delayed.DELIVER_AT + " besides");

    private static final Refusal TOO_FAST =
            new Refusal(ReasonCode.QUOTA_EXCEEDED, "more messages a second than are allowed");

    private final Sender sender;
    private final InboundHost host;
    private final String clientId;
    private final InboundQos2 qos2;
    private final Outlet out;
    private ReplyRing replies;
    /// Null before the first PUBLISH: most connections never publish.
    private NamedTopics topics;
    /// How long the message waits that is handled, or that waits in [#permits]; 0 if it goes on at once.
    private long delayMillis;
    /// Null before one has to be permitted, or has to wait.
    private Permits permits;

    /// Nothing has come yet.
    ///
    /// @param sender whence it will
    /// @param host whereto
    /// @param clientId of who publishes here
    /// @param qos2 open identifiers of the client's session
    /// @param out where answers go
    public PublishInbound(Sender sender, InboundHost host, String clientId, InboundQos2 qos2, Outlet out) {
        this.sender = sender;
        this.host = host;
        this.clientId = clientId;
        this.qos2 = qos2;
        this.out = out;
    }

    /// Handles one.
    ///
    /// @param publish as decoded
    public void on(Publish publish) {
        TopicName topic = publish.topic();
        Properties properties = publish.properties();
        boolean aliased = false;
        if (topics == null) {
            topics = new NamedTopics(sender, host);
        }
        if (!properties.isEmpty() || topic == TopicName.EMPTY) {
            long alias = properties.number(Property.TOPIC_ALIAS, -1);
            if (alias == 0 || alias > host.limits().topicAliasMaximum()) {
                int most = host.limits().topicAliasMaximum();
                String allowed = most == 0 ? ", but none is allowed" : ", 1 to " + most + " are allowed";
                sender.fail(ReasonCode.TOPIC_ALIAS_INVALID, "topic alias " + alias + allowed); // [MQTT-3.3.2-8, -9]
                return;
            }
            aliased = alias > 0;
            if (aliased) {
                topic = topics.resolve((int) alias, topic);
            }
            if (sender.isClosed()) {
                return;
            }
            if (topic == null || topic == TopicName.EMPTY) {
                // Section 3.3.4
                sender.fail(ReasonCode.PROTOCOL_ERROR, "neither a topic nor an alias that means one");
                return;
            }
        }
        topic = topics.again(topic);
        boolean point = publish.retain() && PointToPoint.is(Delayed.behind(topic.value()));
        arrived(point ? unretained(publish) : publish, topic, aliased);
    }

    /// What goes to one client is retained for nobody.
    private static Publish unretained(Publish publish) {
        return new Publish(publish.dup(), publish.qos(), false, publish.topic(), publish.packetId(),
                publish.properties(), publish.payload());
    }

    private void arrived(Publish publish, TopicName topic, boolean aliased) {
        ListenerRules rules = sender.rules();
        if (publish.qos() > rules.maximumQos()) {
            String words = "QoS " + publish.qos() + " where QoS " + rules.maximumQos() + " is the highest";
            sender.fail(ReasonCode.QOS_NOT_SUPPORTED, words); // [MQTT-3.2.2-11]
            return;
        }
        if (publish.retain() && !rules.retainAvailable()) {
            sender.fail(ReasonCode.RETAIN_NOT_SUPPORTED, "nothing is retained here"); // [MQTT-3.2.2-14]
            return;
        }
        boolean repeat = isRepeat(publish);
        Refusal rejection = !repeat && host.tooFast(publish) ? TOO_FAST : rejection(topic, aliased, publish);
        if (rejection != null) {
            reject(publish, topic, rejection);
            return;
        }
        if (sender.isClosed()) {
            return;
        }
        TopicName to = topics.inner() == null ? topic : topics.inner();
        boolean permitted = repeat || host.rulesVersion() == 0;
        Decision decision = permitted ? Decision.ALLOW : permits().decide(publish, to);
        if (decision != Decision.LATER) {
            decided(decision, publish, to);
        }
    }

    /// A message of QoS 2 that was accepted stays so.
    private boolean isRepeat(Publish publish) {
        return publish.qos() == 2 && qos2.isOpen(publish.packetId());
    }

    private Permits permits() {
        permits = permits == null ? new Permits(sender, host) : permits;
        return permits;
    }

    /// The packet that waits may go on, or not.
    ///
    /// @param decision about it
    public void permitted(Decision decision) {
        Publish publish = permits == null ? null : permits.take();
        if (publish != null) {
            decided(decision, publish, permits.waitingTopic());
        }
    }

    private void decided(Decision decision, Publish publish, TopicName topic) {
        if (decision != Decision.ALLOW) {
            deny(publish, topic);
            return;
        }
        if (delayMillis > 0 && !isRepeat(publish)) {
            delay(publish, topic);
        } else if (PointToPoint.is(topic.value()) && !isRepeat(publish) && !host.reaches(topic)) {
            permits().park(publish, topic);
        } else {
            accept(publish, topic);
        }
    }

    /// The client that the packet which waits is for was looked for.
    ///
    /// @param room false if there is none left to reach it
    public void reached(boolean room) {
        Publish publish = permits == null ? null : permits.take();
        if (publish != null && room) {
            accept(publish, permits.waitingTopic());
        } else if (publish != null) {
            reject(publish, permits.waitingTopic(), NO_MEMORY);
        }
    }

    private void delay(Publish publish, TopicName topic) {
        long dueMillis = host.nowMillis() + delayMillis;
        Message message = message(publish, topic, dueMillis);
        Refusal refusal = host.refusesToDelay(message);
        if (refusal != null) {
            reject(publish, topic, refusal);
        } else if (publish.qos() == 0) {
            host.delay(message, dueMillis, -1, 0);
        } else if (!refusedByQuota()) {
            int slot = replies().open(publish.qos() == 1 ? Outlet.PUBACK : Outlet.PUBREC, publish.packetId());
            if (publish.qos() == 2) {
                qos2.publish(publish.packetId());
            }
            host.delay(message, dueMillis, slot, publish.packetId());
        }
    }

    private void accept(Publish publish, TopicName topic) {
        if (topics.deep() && !isRepeat(publish) && !host.isMatched(topic)) {
            permits().park(publish, topic);
            return;
        }
        if (publish.qos() > 0 && !isRepeat(publish) && host.lacksRoom(publish, topic)) {
            reject(publish, topic, DISK_FULL);
            return;
        }
        switch (publish.qos()) {
            case 0 -> host.publish(message(publish, topic, host.nowMillis()), -1, 0);
            case 1 -> onQos1(publish, topic);
            default -> onQos2(publish, topic);
        }
    }

    /// @param aliased whether its topic came by an alias
    /// @return why the message is not taken, null if it is
    private Refusal rejection(TopicName topic, boolean aliased, Publish publish) {
        if (!topics.isLast(topic)) {
            // What is remembered of a topic goes with it, so that of each connection only one is kept.
            identified();
            sender.remember(null);
            Refusal refusal = Topics.refusal(host.limits(), topic);
            if (refusal != null) {
                return refusal;
            }
            topics.last(topic, aliased);
        }
        delayMillis = topics.inner() == null ? 0 : Delayed.millis(topic);
        if (publish.properties().isEmpty()) {
            return null;
        }
        return wellFormed(publish.properties(), publish.payload()) ? timed(publish.properties()) : NOT_UTF_8;
    }

    /// Looks for the time that a client of 5.0 may name for its message.
    ///
    /// @return why the message is not taken, null if it is
    private Refusal timed(Properties properties) {
        String named = host.limits().delayed() ? properties.user(Delayed.DELIVER_AT) : null;
        if (named == null) {
            return null;
        }
        if (topics.inner() != null) {
            return TWO_TIMES;
        }
        long millis = Delayed.time(named) - host.machineMillis();
        if (Delayed.time(named) < 0 || millis > Delayed.SECONDS_MAX * 1000) {
            return NO_TIME;
        }
        delayMillis = Math.max(0, millis);
        return null;
    }

    /// Whether a payload that is said to be UTF-8 is (section 3.3.2.3.2).
    ///
    /// @param properties that say so, or not
    /// @param payload of the message
    /// @return false if it is said to be, and is not
    public static boolean wellFormed(Properties properties, byte[] payload) {
        if (properties.number(Property.PAYLOAD_FORMAT_INDICATOR, 0) == 0) {
            return true;
        }
        // U+0000 is lawful in a payload, unlike in the strings of packets.
        int from = 0;
        for (int at = 0; at <= payload.length; at++) {
            if (at == payload.length || payload[at] == 0) {
                if (Utf8.check(payload, from, at - from) == Utf8.Fault.ILL_FORMED) {
                    return false;
                }
                from = at + 1;
            }
        }
        return true;
    }

    /// Doesn't take a message. At QoS 0 there is no answer; 3.x has no way to say no but to close.
    private void reject(Publish publish, TopicName topic, Refusal refusal) {
        ReasonCode reason = refusal.reason();
        if (publish.qos() == 0) {
            rejected(topic, refusal);
        } else if (publish.qos() == 2 && qos2.isOpen(publish.packetId())) {
            onQos2(publish, publish.topic()); // A repeat is answered as before, whatever it says now.
        } else if (!sender.version().acknowledgesWithReason()) {
            sender.fail(reason, refusal.words());
        } else {
            rejected(topic, refusal);
            int header = publish.qos() == 1 ? Outlet.PUBACK : Outlet.PUBREC;
            int slot = replies().open(header, publish.packetId());
            replies.refuse(slot, reason, sender.why(refusal.words()));
        }
    }

    /// What the rules deny is counted and told as that, and only once.
    private void rejected(TopicName topic, Refusal refusal) {
        if (refusal != NOT_ALLOWED) {
            host.rejected(topic, refusal);
        }
    }

    /// 3.x has no word for it: the message is acknowledged and dropped [MQTT-3.3.5-2 of 3.1.1], or its sender closed.
    private void deny(Publish publish, TopicName topic) {
        if (host.denied(topic)) {
            sender.fail(NOT_ALLOWED.reason(), NOT_ALLOWED.words());
        } else if (publish.qos() == 0 || sender.version().acknowledgesWithReason()) {
            reject(publish, topic, NOT_ALLOWED);
        } else {
            int header = publish.qos() == 1 ? Outlet.PUBACK : Outlet.PUBREC;
            settled(replies().open(header, publish.packetId()), ReasonCode.SUCCESS);
        }
    }

    /// Whether a packet waits for the decision about it.
    ///
    /// @return true if nothing may be parsed
    public boolean waiting() {
        return permits != null && permits.waiting();
    }

    /// The client has become somebody else.
    public void identified() {
        if (permits != null) {
            permits.forget();
        }
    }

    private void onQos1(Publish publish, TopicName topic) {
        if (refusedByQuota()) {
            return;
        }
        int slot = replies().open(Outlet.PUBACK, publish.packetId());
        host.publish(message(publish, topic, host.nowMillis()), slot, publish.packetId());
    }

    private void onQos2(Publish publish, TopicName topic) {
        int packetId = publish.packetId();
        boolean repeat = qos2.isOpen(packetId);
        if (!repeat && refusedByQuota()) {
            return;
        }
        int slot = replies().open(Outlet.PUBREC, packetId);
        if (!repeat) {
            qos2.publish(packetId);
            host.publish(message(publish, topic, host.nowMillis()), slot, packetId);
            return;
        }
        ReplyTicket ticket = qos2.awaited(packetId);
        if (ticket != null) {
            ticket.join(sender, slot);
        } else {
            settled(slot, ReasonCode.SUCCESS);
        }
    }

    /// Only MQTT 5.0 knows a Receive Maximum; a 3.x client that sends more is slowed down instead, by [#full].
    private boolean refusedByQuota() {
        if (!sender.version().hasReceiveMaximum() || unanswered() < host.limits().receiveMaximum()) {
            return false;
        }
        switch (sender.rules().receiveMaximum()) {
            case OBSERVE -> {
                return false;
            }
            case WARN -> {
                host.irregular(Irregularity.RECEIVE_MAXIMUM);
                return false;
            }
            case ENFORCE -> {
                String words = "more unanswered messages than " + host.limits().receiveMaximum();
                sender.fail(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, words); // [MQTT-3.3.4-7]
            }
        }
        return true;
    }

    private int unanswered() {
        int owed = replies == null ? 0 : replies.pubacks();
        return owed + qos2.openedHere();
    }

    /// Whether so many answers are owed that nothing more is taken until some have left. A 5.0 client has to be heard
    /// with its quota used up, for its other packets [MQTT-3.3.4-8]; one PUBLISH more tells whether it keeps to it.
    ///
    /// @return true if nothing may be parsed
    public boolean full() {
        int most = host.limits().receiveMaximum() + (sender.version().hasReceiveMaximum() ? 1 : 0);
        return replies != null && replies.size() >= most;
    }

    /// Answers one PUBLISH.
    ///
    /// @param slot place of the answer
    /// @param reason what it says
    public void settled(int slot, ReasonCode reason) {
        replies.settle(slot, reason);
    }

    /// There will be no answer in a place.
    ///
    /// @param slot place of the answer
    public void discard(int slot) {
        replies.discard(slot);
    }

    private ReplyRing replies() {
        if (replies == null) {
            replies = new ReplyRing(out);
        }
        return replies;
    }

    /// The connection has ended.
    public void end() {
        if (topics != null) {
            topics.end();
        }
        if (permits != null) {
            permits.take();
        }
    }

    /// @param fromMillis its expiry counts from here
    private Message message(Publish publish, TopicName topic, long fromMillis) {
        Properties properties = publish.properties();
        long expires = Message.NEVER;
        if (!properties.isEmpty()) {
            long seconds = properties.number(Property.MESSAGE_EXPIRY_INTERVAL, -1);
            expires = seconds < 0 ? Message.NEVER : fromMillis + seconds * 1000;
            properties = forwarded(properties);
        }
        return new Message(
                topic,
                publish.payload(),
                publish.qos(),
                publish.retain(),
                properties,
                clientId,
                expires);
    }

    /// What goes on to the receivers unaltered; the rest belongs to this hop.
    ///
    /// @param properties as received
    /// @return as they go on
    public static Properties forwarded(Properties properties) {
        if (properties.has(Property.TOPIC_ALIAS)
                || properties.has(Property.MESSAGE_EXPIRY_INTERVAL)
                || properties.has(Property.WILL_DELAY_INTERVAL)) {
            return properties.toBuilder()
                    .without(Property.TOPIC_ALIAS)
                    .without(Property.MESSAGE_EXPIRY_INTERVAL)
                    .without(Property.WILL_DELAY_INTERVAL)
                    .build();
        }
        return properties;
    }
}
