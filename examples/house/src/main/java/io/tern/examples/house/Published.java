package io.tern.examples.house;

import io.tern.client.MqttClient;
import io.tern.client.MqttException;
import io.tern.wire.TopicName;
import java.util.BitSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// What was published, and what the broker has acknowledged: from then on it owes delivery. For any thread; a stream
/// has one publisher.
final class Published {

    /// `acknowledged` has the bit of each such `seq`; at QoS 0 written counts as acknowledged.
    private record Log(int qos, BitSet acknowledged) { }

    private final String run;
    private final ConcurrentMap<Stream, Log> logs = new ConcurrentHashMap<>();

    Published(String run) {
        this.run = run;
    }

    String run() {
        return run;
    }

    /// Publishes, waits until the QoS is fulfilled, and takes it down.
    void publish(MqttClient client, String topic, Message message, int qos, boolean retain)
            throws MqttException, InterruptedException {
        Log log = log(new Stream(TopicName.of(topic), message.from()), qos);
        client.publish(topic, message.toJson(), qos, retain);
        acknowledged(log, message.seq());
    }

    /// Takes down that a message was acknowledged.
    void acknowledged(Stream stream, int seq, int qos) {
        acknowledged(log(stream, qos), seq);
    }

    private Log log(Stream stream, int qos) {
        return logs.computeIfAbsent(stream, added -> new Log(qos, new BitSet()));
    }

    private static void acknowledged(Log log, int seq) {
        synchronized (log) {
            log.acknowledged.set(seq);
        }
    }

    Set<Stream> streams() {
        return Set.copyOf(logs.keySet());
    }

    int qos(Stream stream) {
        return logs.get(stream).qos;
    }

    /// @return a copy
    BitSet acknowledged(Stream stream) {
        Log log = logs.get(stream);
        synchronized (log) {
            return (BitSet) log.acknowledged.clone();
        }
    }

    /// @return the `seq` acknowledged last, of each stream that has one
    Map<Stream, Integer> latest() {
        Map<Stream, Integer> latest = new ConcurrentHashMap<>();
        for (Stream stream : streams()) {
            int seq = acknowledged(stream).length() - 1;
            if (seq > 0) {
                latest.put(stream, seq);
            }
        }
        return latest;
    }

    long total() {
        return streams().stream().mapToLong(stream -> acknowledged(stream).cardinality()).sum();
    }
}
