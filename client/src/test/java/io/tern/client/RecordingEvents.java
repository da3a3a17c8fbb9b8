package io.tern.client;

import io.tern.wire.ConnAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicFilter;
import java.util.ArrayList;
import java.util.List;

/// Writes down what a session says, one readable line an event.
final class RecordingEvents implements SessionEvents {

    final List<String> said = new ArrayList<>();
    final List<Delivery> deliveries = new ArrayList<>();

    List<String> drain() {
        List<String> all = List.copyOf(said);
        said.clear();
        return all;
    }

    @Override
    public void connected(ConnAck ack) {
        said.add("connected");
    }

    @Override
    public void deliver(Delivery delivery) {
        deliveries.add(delivery);
        Publish p = delivery.publish();
        said.add("deliver " + p.topic().value() + " " + new String(p.payload()));
    }

    @Override
    public void settled(Object token, List<ReasonCode> reasons) {
        said.add("settled " + token + " " + reasons);
    }

    @Override
    public void failed(Object token, MqttException cause) {
        said.add("failed " + token + " " + cause.kind() + " " + cause.reason().name());
    }

    @Override
    public void resubscribeRefused(TopicFilter filter, ReasonCode reason) {
        said.add("resubscribeRefused " + filter.value() + " " + reason.name());
    }

    @Override
    public void close(MqttException cause) {
        said.add("close " + cause.kind());
    }
}
