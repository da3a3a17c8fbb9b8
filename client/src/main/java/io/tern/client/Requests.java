package io.tern.client;

import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import io.tern.wire.codec.Encoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// SUBSCRIBE and UNSUBSCRIBE: what waits, what is owed an answer, and what the application wishes to be subscribed
/// to.
///
/// A wish is what the server once granted and nobody took back. When the server has lost the session, the wishes are
/// sent again, in the order they were made. Requests are no part of the session [MQTT-4.1.0-1]: one that was not
/// answered when the connection was lost is asked again on the next.
final class Requests {

    /// Most filters in a SUBSCRIBE that renews wishes.
    private static final int RENEW_FILTERS_MAX = 100;

    private record Wish(Subscribe.Item item, Properties properties) { }

    /// Exactly one of the lists is not empty. The token is null for a renewal.
    private record Request(Object token, Properties properties, List<Subscribe.Item> items,
            List<TopicFilter> filters) {

        Packet packet(int id) {
            return items.isEmpty()
                    ? new Unsubscribe(id, properties, filters)
                    : new Subscribe(id, properties, items);
        }

        int answers() {
            return items.size() + filters.size();
        }
    }

    private final MqttVersion version;
    private final PacketIds ids;
    private final ArrayDeque<Request> waiting = new ArrayDeque<>();
    private final LinkedHashMap<Integer, Request> sent = new LinkedHashMap<>();
    private final LinkedHashMap<String, Wish> wishes = new LinkedHashMap<>();
    private ServerLimits limits;

    Requests(MqttVersion version, PacketIds ids) {
        this.version = version;
        this.ids = ids;
    }

    void subscribe(Object token, Properties properties, List<Subscribe.Item> items) {
        waiting.add(new Request(token, properties, List.copyOf(items), List.of()));
    }

    void unsubscribe(Object token, Properties properties, List<TopicFilter> filters) {
        waiting.add(new Request(token, properties, List.of(), List.copyOf(filters)));
        filters.forEach(filter -> wishes.remove(filter.value()));
    }

    int count() {
        return waiting.size() + sent.size();
    }

    /// A connection was accepted.
    ///
    /// @param renew whether the wishes have to be made again
    void opened(ServerLimits newLimits, boolean renew) {
        limits = newLimits;
        if (!renew) {
            return;
        }
        List<Request> renewals = new ArrayList<>();
        Map<Properties, List<Subscribe.Item>> byProperties = new LinkedHashMap<>();
        wishes.values().forEach(wish ->
                byProperties.computeIfAbsent(wish.properties, key -> new ArrayList<>()).add(wish.item));
        byProperties.forEach((properties, items) -> renew(properties, items, renewals));
        for (Request renewal : renewals.reversed()) {
            waiting.addFirst(renewal);
        }
    }

    private void renew(Properties properties, List<Subscribe.Item> items, List<Request> renewals) {
        Subscribe packet = new Subscribe(1, properties, items);
        boolean tooMany = items.size() > RENEW_FILTERS_MAX
                || Encoder.encodedBytes(packet, version) > limits.maximumPacketBytes();
        if (tooMany && items.size() > 1) {
            renew(properties, items.subList(0, items.size() / 2), renewals);
            renew(properties, items.subList(items.size() / 2, items.size()), renewals);
        } else {
            renewals.add(new Request(null, properties, List.copyOf(items), List.of()));
        }
    }

    void closed() {
        List<Request> unanswered = new ArrayList<>(sent.values());
        sent.keySet().forEach(ids::release);
        sent.clear();
        for (Request request : unanswered.reversed()) {
            waiting.addFirst(request);
        }
        // A renewal is made from the wishes when it is needed.
        waiting.removeIf(request -> request.token == null);
        limits = null;
    }

    void abandon(MqttException cause, SessionEvents events) {
        List<Request> all = new ArrayList<>(sent.values());
        all.addAll(waiting);
        sent.keySet().forEach(ids::release);
        sent.clear();
        waiting.clear();
        for (Request request : all) {
            if (request.token != null) {
                events.failed(request.token, cause);
            }
        }
    }

    Packet poll(SessionEvents events) {
        for (Request request = waiting.peek(); request != null; request = waiting.peek()) {
            MqttException refusal = refusalOf(request);
            if (refusal != null) {
                waiting.remove();
                if (request.token != null) {
                    events.failed(request.token, refusal);
                }
                continue;
            }
            int id = ids.take();
            if (id == 0) {
                return null;
            }
            waiting.remove();
            sent.put(id, request);
            return request.packet(id);
        }
        return null;
    }

    private MqttException refusalOf(Request request) {
        for (Subscribe.Item item : request.items) {
            ReasonCode refusal = limits.refusalOf(item, request.properties);
            if (refusal != null) {
                return MqttException.notSent(refusal,
                        item.filter().value() + ": the server does not take it: " + refusal);
            }
        }
        return Encoder.encodedBytes(request.packet(1), version) > limits.maximumPacketBytes()
                ? MqttException.notSent(ReasonCode.PACKET_TOO_LARGE,
                        "the packet is larger than " + limits.maximumPacketBytes() + " bytes")
                : null;
    }

    void subAck(SubAck ack, SessionEvents events) throws Violation {
        Request request = answered(ack.packetId(), "SUBACK");
        if (request.items.isEmpty() || ack.reasons().size() != request.answers()) {
            throw new Violation(ReasonCode.PROTOCOL_ERROR, "SUBACK does not fit its request");
        }
        for (int i = 0; i < request.items.size(); i++) {
            Subscribe.Item item = request.items.get(i);
            ReasonCode reason = ack.reasons().get(i);
            if (!reason.isError()) {
                wishes.put(item.filter().value(), new Wish(item, request.properties));
            } else if (request.token == null) {
                events.resubscribeRefused(item.filter(), reason);
            }
        }
        if (request.token != null) {
            events.settled(request.token, ack.reasons());
        }
    }

    void unsubAck(UnsubAck ack, SessionEvents events) throws Violation {
        Request request = answered(ack.packetId(), "UNSUBACK");
        List<ReasonCode> reasons = version.isV5()
                ? ack.reasons()
                : Collections.nCopies(request.answers(), ReasonCode.SUCCESS);
        if (request.filters.isEmpty() || reasons.size() != request.answers()) {
            throw new Violation(ReasonCode.PROTOCOL_ERROR, "UNSUBACK does not fit its request");
        }
        // Again, because a SUBACK may have come between the call and this answer.
        request.filters.forEach(filter -> wishes.remove(filter.value()));
        events.settled(request.token, reasons);
    }

    private Request answered(int id, String name) throws Violation {
        Request request = sent.remove(id);
        if (request == null) {
            throw new Violation(ReasonCode.PROTOCOL_ERROR, name + " with an unknown packet identifier " + id);
        }
        ids.release(id);
        return request;
    }
}
