package io.tern.broker;

import io.tern.api.ClientInfo;
import io.tern.api.Decision;
import io.tern.api.Message;
import io.tern.broker.link.Link;
import io.tern.engine.ChannelHost;
import io.tern.engine.Session;
import io.tern.engine.queue.Memory;
import io.tern.engine.rules.Irregularity;
import io.tern.engine.rules.Limits;
import io.tern.engine.rules.ListenerRules;
import io.tern.engine.rules.Refusal;
import io.tern.wire.Auth;
import io.tern.wire.Connect;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicName;
import io.tern.wire.Unsubscribe;

/// Brings what one link's channel asks for to those on its shard who do it.
final class LinkHost implements ChannelHost {

    private final Shard shard;
    private final Link link;

    LinkHost(Shard shard, Link link) {
        this.shard = shard;
        this.link = link;
    }

    @Override
    public long nowMillis() {
        return shard.nowMillis();
    }

    @Override
    public long machineMillis() {
        return shard.broker().clock().machineMillis();
    }

    @Override
    public Limits limits() {
        return shard.limits();
    }

    @Override
    public Memory memory() {
        return shard.memory();
    }

    @Override
    public ListenerRules rules() {
        return shard.broker().rules(link.connection().info().listener());
    }

    @Override
    public String responseInformation(ClientInfo client) {
        return shard.broker().responseInformation(client);
    }

    @Override
    public String durability() {
        return shard.broker().durability();
    }

    @Override
    public void connect(Connect connect) {
        shard.logins().connect(link, connect);
    }

    @Override
    public void authenticate(Auth auth) {
        shard.logins().authenticate(link, auth);
    }

    @Override
    public void subscribe(Subscribe subscribe) {
        shard.subscribing().subscribe(link, subscribe);
    }

    @Override
    public void unsubscribe(Unsubscribe unsubscribe) {
        shard.subscribing().unsubscribe(link, unsubscribe);
    }

    @Override
    public boolean tooFast(Publish publish) {
        return link.refusesAsTooFast(publish);
    }

    @Override
    public long rulesVersion() {
        return shard.access().version();
    }

    @Override
    public Decision mayPublish(Publish publish, TopicName topic) {
        return shard.access().mayPublish(link, publish, topic);
    }

    @Override
    public boolean reaches(TopicName topic) {
        return shard.router().isHeard(link.channel(), topic) || shard.points.reaches(link, topic);
    }

    @Override
    public boolean lacksRoom(Publish publish, TopicName topic) {
        return shard.safety().isDiskFull() && shard.router().keeps(link.channel(), publish, topic);
    }

    @Override
    public boolean isMatched(TopicName topic) {
        return shard.router().matching().isKnown(link, topic);
    }

    @Override
    public void publish(Message message, int slot, int packetId) {
        if (!shard.access().controls().takes(link, message, slot)) {
            shard.router().publish(link, message, slot, packetId);
        }
    }

    @Override
    public Refusal refusesToDelay(Message message) {
        return shard.delayed.refusal(message, link.channel().session());
    }

    @Override
    public void delay(Message message, long dueMillis, int slot, int packetId) {
        shard.delayed.delay(link, message, dueMillis, slot, packetId);
    }

    @Override
    public boolean denied(TopicName topic) {
        return shard.access().denied(link, topic);
    }

    @Override
    public void irregular(Irregularity irregularity) {
        shard.clientLog().irregular(link.channel(), irregularity);
    }

    @Override
    public void rejected(TopicName topic, Refusal refusal) {
        shard.clientLog().rejected(link.channel(), topic, refusal);
    }

    @Override
    public void refused(Connect connect, Refusal refusal) {
        shard.clientLog().refused(link.channel(), connect, refusal);
    }

    @Override
    public void closing(ReasonCode reason, String words) {
        shard.clientLog().closing(link.channel(), reason, words);
    }

    @Override
    public void detached(Session session, boolean sendWill) {
        shard.departures().detached(session, sendWill);
    }
}
