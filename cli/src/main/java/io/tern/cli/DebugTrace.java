package io.tern.cli;

import io.tern.client.PacketTrace;
import io.tern.wire.Auth;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import java.io.PrintStream;
import java.util.Locale;
import java.util.stream.Collectors;

/// The lines of `-d`: one a packet, on standard output, in mosquitto's words.
final class DebugTrace implements PacketTrace {

    private final PrintStream out;
    private final MqttVersion version;
    private String clientId;
    private int lastMid;

    /// @param clientId as sent with CONNECT
    DebugTrace(PrintStream out, MqttVersion version, String clientId) {
        this.out = out;
        this.version = version;
        this.clientId = clientId.isEmpty() ? "(null)" : clientId;
    }

    private void say(String line) {
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }

    private void sending(String what) {
        say("Client " + clientId + " sending " + what);
    }

    private void got(String what) {
        say("Client " + clientId + " received " + what);
    }

    // mosquitto counts QoS 0 messages with the same counter, though their number is never sent.
    private int mid(int packetId) {
        lastMid = packetId == 0 ? lastMid + 1 : Math.max(lastMid, packetId);
        return packetId == 0 ? lastMid : packetId;
    }

    @Override
    public void sent(Packet packet) {
        switch (packet) {
            case Publish p -> sending("PUBLISH " + describe(p, mid(p.packetId())));
            case PubAck p -> sending("PUBACK (m" + p.packetId() + ", rc" + code(p.reason()) + ")");
            case PubRec p -> sending("PUBREC (m" + p.packetId() + ", rc" + code(p.reason()) + ")");
            case PubRel p -> sending("PUBREL (m" + p.packetId() + ")");
            case PubComp p -> sending("PUBCOMP (m" + p.packetId() + ")");
            case Subscribe p -> {
                int mid = mid(p.packetId());
                p.items().forEach(item -> sending("SUBSCRIBE (Mid: " + mid + ", Topic: " + item.filter().value()
                        + ", QoS: " + item.qos() + ", Options: "
                        + String.format(Locale.ROOT, "0x%02x", options(item)) + ")"));
            }
            case Unsubscribe p -> {
                int mid = mid(p.packetId());
                for (TopicFilter filter : p.filters()) {
                    sending("UNSUBSCRIBE (Mid: " + mid + ", Topic: " + filter.value() + ")");
                }
            }
            case Connect p -> sending("CONNECT");
            case Disconnect p -> sending("DISCONNECT");
            case PingReq p -> sending("PINGREQ");
            case Auth p -> sending("AUTH");
            case ConnAck p -> { }
            case SubAck p -> { }
            case UnsubAck p -> { }
            case PingResp p -> { }
        }
    }

    @Override
    public void received(Packet packet) {
        switch (packet) {
            case Publish p -> got("PUBLISH " + describe(p, p.packetId()));
            case PubAck p -> got("PUBACK (Mid: " + p.packetId() + ", RC:" + code(p.reason()) + ")");
            case PubRec p -> got("PUBREC (Mid: " + p.packetId() + ")");
            case PubRel p -> got("PUBREL (Mid: " + p.packetId() + ")");
            case PubComp p -> got("PUBCOMP (Mid: " + p.packetId() + ", RC:" + code(p.reason()) + ")");
            case SubAck p -> {
                got("SUBACK");
                say("Subscribed (mid: " + p.packetId() + "): " + p.reasons().stream()
                        .map(reason -> Integer.toString(code(reason))).collect(Collectors.joining(", ")));
            }
            case UnsubAck p -> got("UNSUBACK");
            case ConnAck p -> {
                String assigned = p.properties().string(Property.ASSIGNED_CLIENT_IDENTIFIER);
                clientId = assigned == null ? clientId : assigned;
                got("CONNACK (" + (version.isV5() ? code(p.reason()) : ReasonText.returnCode(p.reason())) + ")");
            }
            case Disconnect p -> say("Received DISCONNECT (" + code(p.reason()) + ")");
            case PingResp p -> got("PINGRESP");
            case Auth p -> got("AUTH");
            case Connect p -> { }
            case Subscribe p -> { }
            case Unsubscribe p -> { }
            case PingReq p -> { }
        }
    }

    private static String describe(Publish p, int mid) {
        return "(d" + flag(p.dup()) + ", q" + p.qos() + ", r" + flag(p.retain()) + ", m" + mid + ", '"
                + p.topic().value() + "', ... (" + p.payload().length + " bytes))";
    }

    private static int options(Subscribe.Item item) {
        return (item.noLocal() ? 4 : 0) | (item.retainAsPublished() ? 8 : 0) | item.retainHandling() << 4;
    }

    private static int flag(boolean set) {
        return set ? 1 : 0;
    }

    private static int code(ReasonCode reason) {
        return reason.value();
    }
}
