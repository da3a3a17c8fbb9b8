package io.tern.client;

import io.tern.wire.ConnAck;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicFilter;
import java.util.List;
import java.util.concurrent.locks.Condition;

/// What [ClientSession#poll] says: a QoS 0 message settled, or one that can't be sent. Kept apart from the reader's
/// answers, because a QoS 0 message is done when it was written, not before.
record WriterEvents(SettledList list, Condition outgoingRoom) implements SessionEvents {

    @Override
    public void settled(Object token, List<ReasonCode> reasons) {
        list.add(token, reasons);
        outgoingRoom.signalAll();
    }

    @Override
    public void failed(Object token, MqttException cause) {
        list.addFailure(token, cause);
        outgoingRoom.signalAll();
    }

    @Override
    public void connected(ConnAck ack) {
        throw new IllegalStateException("nothing arrives while sending");
    }

    @Override
    public void deliver(Delivery delivery) {
        throw new IllegalStateException("nothing arrives while sending");
    }

    @Override
    public void resubscribeRefused(TopicFilter filter, ReasonCode reason) {
        throw new IllegalStateException("nothing arrives while sending");
    }

    @Override
    public void close(MqttException cause) {
        throw new IllegalStateException("nothing ends while sending");
    }
}
