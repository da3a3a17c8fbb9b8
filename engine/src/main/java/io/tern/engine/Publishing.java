package io.tern.engine;

import io.tern.api.Decision;
import io.tern.api.Message;
import io.tern.engine.inbound.InboundHost;
import io.tern.engine.queue.Memory;
import io.tern.engine.rules.Irregularity;
import io.tern.engine.rules.Limits;
import io.tern.engine.rules.Refusal;
import io.tern.wire.Publish;
import io.tern.wire.TopicName;

/// A shard as one channel's way in sees it: what is asked there is asked for this channel.
final class Publishing implements InboundHost {

    private final Channel channel;
    private final Host host;

    Publishing(Channel channel, Host host) {
        this.channel = channel;
        this.host = host;
    }

    @Override
    public long nowMillis() {
        return host.nowMillis();
    }

    @Override
    public Limits limits() {
        return host.limits();
    }

    @Override
    public Memory memory() {
        return host.memory();
    }

    @Override
    public String clientId() {
        return channel.session().clientId();
    }

    @Override
    public boolean tooFast(Publish publish) {
        return host.gate().tooFast(channel, publish);
    }

    @Override
    public long rulesVersion() {
        return host.gate().version();
    }

    @Override
    public Decision mayPublish(Publish publish, TopicName topic) {
        return host.gate().mayPublish(channel, publish, topic);
    }

    @Override
    public boolean lacksRoom(Publish publish, TopicName topic) {
        return host.lacksRoom(channel, publish, topic);
    }

    @Override
    public void publish(Message message, int slot, int packetId) {
        host.publish(channel, message, slot, packetId);
    }

    @Override
    public void irregular(Irregularity irregularity) {
        host.incidents().irregular(channel, irregularity);
    }

    @Override
    public void rejected(TopicName topic, Refusal refusal) {
        host.incidents().rejected(channel, topic, refusal);
    }

    @Override
    public boolean denied(TopicName topic) {
        return host.gate().denied(channel, topic);
    }
}
