package io.tern.client;

import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.List;

/// A session with a clock that stands still unless told, and what it said and sent.
final class SessionFixture {

    final ClientSession session;
    final RecordingEvents events = new RecordingEvents();
    long nowMillis = 1_000;

    SessionFixture(Connect connect, SessionOptions options) {
        session = new ClientSession(connect, options);
    }

    static SessionFixture v5() {
        return new SessionFixture(connect(MqttVersion.V5, Properties.NONE), SessionOptions.DEFAULT);
    }

    static SessionFixture v5(Properties connectProperties) {
        return new SessionFixture(connect(MqttVersion.V5, connectProperties), SessionOptions.DEFAULT);
    }

    static SessionFixture v3() {
        return new SessionFixture(connect(MqttVersion.V3_1_1, Properties.NONE), SessionOptions.DEFAULT);
    }

    static Connect connect(MqttVersion version, Properties properties) {
        return new Connect(version, false, false, 60, "c", properties, null, null, null);
    }

    /// Connects; the server keeps the session or not and says what it takes.
    SessionFixture open(boolean sessionPresent, Properties properties) {
        session.opened(nowMillis);
        sent();
        receive(new ConnAck(sessionPresent, ReasonCode.SUCCESS, properties));
        events.said.remove("connected");
        return this;
    }

    SessionFixture open() {
        return open(false, Properties.NONE);
    }

    SessionFixture lose() {
        session.closed(nowMillis);
        return this;
    }

    SessionFixture receive(Packet packet) {
        session.received(packet, nowMillis, events);
        return this;
    }

    SessionFixture publish(String token, int qos) {
        session.publish(new Outgoing(TopicName.of("t"), token.getBytes(), qos, false, Properties.NONE, token));
        return this;
    }

    /// All that the session wants to send now.
    List<Packet> sent() {
        List<Packet> all = new ArrayList<>();
        for (Packet p = session.poll(nowMillis, events); p != null; p = session.poll(nowMillis, events)) {
            all.add(p);
        }
        return all;
    }

    SessionFixture passMillis(long millis) {
        nowMillis += millis;
        session.onTimeout(nowMillis, events);
        return this;
    }

    static Publish publishOf(String payload, int qos, int id, boolean dup) {
        return new Publish(dup, qos, false, TopicName.of("t"), id, Properties.NONE, payload.getBytes());
    }
}
