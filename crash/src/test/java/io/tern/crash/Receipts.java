package io.tern.crash;

import io.tern.wire.Publish;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What one session has got, or all members of one shared group together. Guarded by the [Ledger].
final class Receipts {

    private final String name;
    private final boolean group;
    private final Ledger ledger;
    private final List<Span> spans = new ArrayList<>();
    private final BitSet seen = new BitSet();
    private final Map<String, Integer> lastInOrder = new HashMap<>();
    private boolean discarded;

    /// @param group whether it is a shared group, in which order holds for no single member
    Receipts(String name, boolean group, Ledger ledger) {
        this.name = name;
        this.group = group;
        this.ledger = ledger;
    }

    List<Span> spans() {
        return spans;
    }

    /// The client wants a new session: what waits in this one nobody will ever see.
    void discard() {
        discarded = true;
    }

    boolean hasSeen(Message message) {
        return seen.get(message.id);
    }

    /// A message has come that is no repeat within its exchange.
    void arrived(Message message, Publish publish) {
        int granted = -1;
        for (Span span : spans) {
            if (span.allows(message)) {
                granted = Math.max(granted, span.qos);
            }
        }
        if (granted < 0) {
            ledger.fault(name + " got, without a subscription, " + message);
            return;
        }
        if (message.forbidden) {
            ledger.fault(name + " got a will whose client came back in time: " + message);
        }
        if (message.isEarly()) {
            ledger.fault(name + " got too early " + message);
        }
        if (publish.qos() != Math.min(granted, message.qos)) {
            ledger.fault(name + " got at QoS " + publish.qos() + " " + message);
        }
        if (seen.get(message.id)) {
            if (publish.qos() == 2) {
                ledger.duplicated(name + " got twice at QoS 2 " + message);
            } else {
                ledger.repeated();
            }
            return;
        }
        seen.set(message.id);
        // What was sent before SUBACK, or while a subscription was given up, may be new to a subscriber only when it is
        // sent again, behind what came after it.
        if (!group && !publish.retain() && !message.isDelayed()
                && spans.stream().anyMatch(span -> span.stands() && span.covers(message))) {
            Integer last = lastInOrder.put(message.publisher + ' ' + message.topic + ' ' + message.qos, message.id);
            if (last != null && last > message.id) {
                ledger.fault(name + " got, after message " + last + ", " + message + " [MQTT-4.6.0-5]");
            }
        }
    }

    /// @return owed and not seen
    boolean misses(Message message) {
        if (discarded || message.forbidden || message.bytes == 0 || hasSeen(message)) {
            return false;
        }
        for (Span span : spans) {
            if (span.owes(message)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return name;
    }
}
