package io.tern.broker;

import io.tern.broker.defence.DefenceLimits;
import io.tern.broker.defence.TokenBucket;
import io.tern.engine.Channel;
import io.tern.wire.Publish;
import java.util.HashMap;
import java.util.Map;

/// How fast one shard's clients may publish: each by itself, and all of a listener together, of whose rate each shard
/// has its part. Who is too fast is not read until it is time again, or its messages are refused until then.
final class Throttle {

    /// What is measured for a client or a listener.
    ///
    /// @param messages null if they are not limited
    /// @param bytes null if they are not limited
    private record Rates(TokenBucket messages, TokenBucket bytes) {

        static Rates of(double messagesPerSecond, double bytesPerSecond, long nowMillis) {
            return new Rates(
                    messagesPerSecond == 0 ? null : bucket(messagesPerSecond, nowMillis),
                    bytesPerSecond == 0 ? null : bucket(bytesPerSecond, nowMillis));
        }

        private static TokenBucket bucket(double perSecond, long nowMillis) {
            return new TokenBucket(perSecond, Math.max(1, perSecond), nowMillis);
        }

        void charge(int payloadBytes, long nowMillis) {
            if (messages != null) {
                messages.take(1, nowMillis);
            }
            if (bytes != null) {
                bytes.take(payloadBytes, nowMillis);
            }
        }

        long readyAtMillis(long nowMillis) {
            long ready = messages == null ? nowMillis : messages.readyAtMillis(nowMillis);
            return bytes == null ? ready : Math.max(ready, bytes.readyAtMillis(nowMillis));
        }
    }

    private final Shard shard;
    private DefenceLimits limits;
    private final int shards;
    private boolean limitsPublishing;
    private boolean refuses;
    private final Map<String, Rates> listeners = new HashMap<>();

    Throttle(Shard shard, DefenceLimits limits, int shards) {
        this.shard = shard;
        this.shards = shards;
        limits(limits);
    }

    /// Goes by others from now on; each [Meter] has to be renewed.
    void limits(DefenceLimits now) {
        limits = now;
        limitsPublishing = now.limitsPublishing();
        refuses = limitsPublishing && now.excess() == DefenceLimits.Excess.REFUSE;
        listeners.clear();
    }

    boolean limitsPublishing() {
        return limitsPublishing;
    }

    Meter meter(Link link) {
        return new Meter(link);
    }

    /// Whether messages that come too fast are refused. Otherwise, and where the version has no word for that, their
    /// client is read more slowly.
    boolean refusesExcess(Channel channel) {
        return refuses && channel.version().isV5();
    }

    /// Measures one connection, and wakes it when it may go on.
    final class Meter extends Timer {
        private final Link link;
        private Rates own;
        private Rates shared;
        private boolean paused;

        private Meter(Link link) {
            this.link = link;
            measureAnew();
        }

        private void measureAnew() {
            long now = shard.nowMillis();
            own = Rates.of(limits.publishesPerSecond(), limits.publishBytesPerSecond(), now);
            shared = listeners.computeIfAbsent(
                    link.channel().connection().listener(),
                    name -> Rates.of(
                            (double) limits.listenerPublishesPerSecond() / shards,
                            (double) limits.listenerPublishBytesPerSecond() / shards,
                            now));
        }

        /// @return whether a message is too much; if not, it has been measured
        boolean refuses(Publish publish) {
            long now = shard.nowMillis();
            if (readyAtMillis(now) > now) {
                shard.counters().count(Counters.Event.OVER_RATE);
                return true;
            }
            take(publish, now);
            return false;
        }

        private void take(Publish publish, long now) {
            int payloadBytes = publish.payload().length + publish.topic().utf8().length;
            own.charge(payloadBytes, now);
            shared.charge(payloadBytes, now);
        }

        private long readyAtMillis(long now) {
            return Math.max(own.readyAtMillis(now), shared.readyAtMillis(now));
        }

        void charge(Publish publish) {
            long now = shard.nowMillis();
            take(publish, now);
            long ready = readyAtMillis(now);
            if (ready > now) {
                paused = true;
                shard.counters().count(Counters.Event.THROTTLED);
                shard.timers().schedule(this, ready);
            }
        }

        /// Other limits hold: who was too fast by those from before may not be any more.
        void renew() {
            measureAnew();
            if (paused) {
                fire(shard.nowMillis());
            }
        }

        boolean paused() {
            return paused;
        }

        void end() {
            shard.timers().cancel(this);
        }

        @Override
        void fire(long nowMillis) {
            long ready = readyAtMillis(nowMillis);
            if (ready > nowMillis) {
                shard.timers().schedule(this, ready);
            } else {
                shard.timers().cancel(this);
                paused = false;
                shard.links().revive(link);
            }
        }
    }
}
