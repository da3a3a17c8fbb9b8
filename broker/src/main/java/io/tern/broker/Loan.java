package io.tern.broker;

import io.tern.api.Message;
import io.tern.engine.Origin;

/// One message that a shared group has lent to one member: on its way there, in that session's hands, and settled.
final class Loan implements Note, Origin {

    private final SharedGroup group;
    private final SharedSubscription member;
    private final Message message;
    private final long epoch;
    private int qos;

    Loan(SharedGroup group, SharedSubscription member, Message message, long epoch) {
        this.group = group;
        this.member = member;
        this.message = message;
        this.epoch = epoch;
    }

    /// With its member. A loan to a connection that has ended is void: the group has it back already, or will have.
    @Override
    public void arrive(Shard here) {
        if (member.epoch() == epoch) {
            member.take(this);
        }
    }

    @Override
    public int[] subscriptionIdentifiers() {
        return member.identifier() == 0 ? null : new int[] {member.identifier()};
    }

    @Override
    public void settled() {
        member.settled(this);
    }

    SharedGroup group() {
        return group;
    }

    SharedSubscription member() {
        return member;
    }

    Message message() {
        return message;
    }

    long epoch() {
        return epoch;
    }

    /// Its member takes it, with the quality of service it has then; a later SUBSCRIBE changes nothing about it.
    void taken() {
        qos = Math.min(message.qos(), member.qos());
    }

    /// The quality of service it is delivered with, once it is taken.
    int qos() {
        return qos;
    }
}
