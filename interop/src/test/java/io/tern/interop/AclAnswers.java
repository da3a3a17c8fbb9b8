package io.tern.interop;

import io.tern.testkit.RawClient;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What a broker lets the clients of an [AclCase] do.
///
/// @param written by client: the topics to which it could publish
/// @param granted by round and client: whether its subscription was granted
/// @param read by round and client: the topics of the messages that it was sent
record AclAnswers(List<Set<String>> written, List<List<Boolean>> granted, List<List<Set<String>>> read) {

    /// Somebody to whom everything is allowed by lines of his own, in a file and in Tern's configuration.
    static final String ROOT = "root";

    /// Most topics of a case: what mosquitto takes without having acknowledged it.
    static final int TOPICS_MAX = 20;

    static final byte[] PASSWORD = "geheim".getBytes(StandardCharsets.UTF_8);

    private static final String MESSAGE = "read";
    private static final int FIRST_ID = 1;

    /// Connects somebody.
    ///
    /// @param user null for none
    static RawClient connected(int port, String id, String user) {
        RawClient client = RawClient.tcp("127.0.0.1", port);
        ReasonCode reason = client.connect(new Connect(MqttVersion.V5, false, true, 0, id, Properties.NONE, null, user,
                user == null ? null : PASSWORD)).reason();
        if (reason != ReasonCode.SUCCESS) {
            throw new AssertionError("'" + id + "' as '" + user + "': " + reason);
        }
        return client;
    }

    /// Asks everything.
    ///
    /// @param port of MQTT over TCP
    /// @param asked the clients and what they try
    static AclAnswers of(int port, AclCase asked) {
        List<RawClient> clients = new ArrayList<>();
        RawClient root = connected(port, "the root", ROOT);
        try {
            asked.clients().forEach(each -> clients.add(connected(port, each.id(), each.user())));
            List<Set<String>> written = clients.stream().map(client -> written(client, asked.topics())).toList();
            List<List<Boolean>> granted = new ArrayList<>();
            List<List<Set<String>>> read = new ArrayList<>();
            for (List<String> filters : asked.filters()) {
                List<Boolean> round = new ArrayList<>();
                for (int i = 0; i < filters.size(); i++) {
                    round.add(granted(clients.get(i), filters.get(i)));
                }
                granted.add(round);
                asked.topics().forEach(topic -> root.send(message(topic, 0, 0, MESSAGE)));
                root.expectNothing();
                List<Set<String>> each = new ArrayList<>();
                for (int i = 0; i < filters.size(); i++) {
                    each.add(received(clients.get(i)));
                    unsubscribe(clients.get(i), filters.get(i));
                }
                read.add(each);
            }
            return new AclAnswers(written, granted, read);
        } finally {
            clients.add(root);
            clients.forEach(each -> each.send(new Disconnect(ReasonCode.SUCCESS, Properties.NONE)).close());
        }
    }

    private static Publish message(String topic, int qos, int id, String text) {
        return new Publish(false, qos, false, TopicName.of(topic), id, Properties.NONE,
                text.getBytes(StandardCharsets.UTF_8));
    }

    private static Set<String> written(RawClient client, List<String> topics) {
        for (int i = 0; i < topics.size(); i++) {
            client.send(message(topics.get(i), 1, FIRST_ID + i, "written"));
        }
        Set<String> written = new TreeSet<>();
        for (int i = 0; i < topics.size(); i++) {
            PubAck answer = client.expect(PubAck.class);
            if (!answer.reason().isError()) {
                written.add(topics.get(answer.packetId() - FIRST_ID));
            }
        }
        return written;
    }

    private static boolean granted(RawClient client, String filter) {
        client.send(new Subscribe(1, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of(filter), 0))));
        return !client.expect(SubAck.class).reasons().getFirst().isError();
    }

    private static void unsubscribe(RawClient client, String filter) {
        client.send(new Unsubscribe(1, Properties.NONE, List.of(TopicFilter.of(filter)))).expect(UnsubAck.class);
    }

    /// What was sent to a client before it asks.
    private static Set<String> received(RawClient client) {
        Set<String> topics = new TreeSet<>();
        client.send(PingReq.INSTANCE);
        for (Packet packet = client.receive(); !(packet instanceof PingResp); packet = client.receive()) {
            Publish message = (Publish) packet;
            if (new String(message.payload(), StandardCharsets.UTF_8).equals(MESSAGE)) {
                topics.add(message.topic().value());
            }
        }
        return topics;
    }
}
