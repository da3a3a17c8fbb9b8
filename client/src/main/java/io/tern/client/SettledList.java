package io.tern.client;

import io.tern.wire.ReasonCode;
import java.util.ArrayList;
import java.util.List;

/// Answers gathered under the driver's lock, to be given outside of it.
final class SettledList {

    private record Settled(Reply<?> reply, List<ReasonCode> reasons, MqttException cause) { }

    private List<Settled> list = new ArrayList<>();

    void add(Object token, List<ReasonCode> reasons) {
        list.add(new Settled((Reply<?>) token, reasons, null));
    }

    void addFailure(Object token, MqttException cause) {
        list.add(new Settled((Reply<?>) token, null, cause));
    }

    boolean isEmpty() {
        return list.isEmpty();
    }

    /// Takes what is gathered; called under the lock.
    SettledList take() {
        SettledList taken = new SettledList();
        List<Settled> empty = taken.list;
        taken.list = list;
        list = empty;
        return taken;
    }

    /// Gives the answers; called outside the lock.
    void run() {
        for (Settled settled : list) {
            if (settled.cause == null) {
                settled.reply.settle(settled.reasons);
            } else {
                settled.reply.fail(settled.cause);
            }
        }
        list.clear();
    }

    /// What was said to be done did not leave: all fail, unless they failed before for a reason of their own.
    void failAll(MqttException cause) {
        list.forEach(settled -> settled.reply.fail(settled.cause == null ? cause : settled.cause));
        list.clear();
    }
}
