package io.tern.broker.link;

import io.tern.broker.defence.Defence;
import io.tern.broker.defence.DefenceLimits;
import io.tern.broker.defence.ListenerRates;
import io.tern.broker.defence.TokenBucket;
import io.tern.broker.time.Timer;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.watch.Counters;
import io.tern.engine.Channel;
import io.tern.wire.Publish;

/// How fast one shard's clients may publish: each by itself, and all of a listener together, on whatever shards they
/// are. Who is too fast is not read until it is time again, or its messages are refused until then.
final class Throttle {

    /// Fixed header and the length of the topic, and what else a PUBLISH has at least.
    private static final int HEADER_BYTES = 4;

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

        void charge(int packetBytes, long nowMillis) {
            if (messages != null) {
                messages.take(1, nowMillis);
            }
            if (bytes != null) {
                bytes.take(packetBytes, nowMillis);
            }
        }

        long readyAtMillis(long nowMillis) {
            long ready = messages == null ? nowMillis : messages.readyAtMillis(nowMillis);
            return bytes == null ? ready : Math.max(ready, bytes.readyAtMillis(nowMillis));
        }
    }

    private final ShardThread thread;
    private final Counters counters;
    private final Defence defence;
    private DefenceLimits limits;
    private boolean limitsPublishing;
    private boolean refuses;

    Throttle(ShardThread thread, Counters counters, Defence defence) {
        this.thread = thread;
        this.counters = counters;
        this.defence = defence;
        limits();
    }

    /// Goes by what the defence says from now on; each [Meter] has to be renewed.
    void limits() {
        limits = defence.limits();
        limitsPublishing = limits.limitsPublishing();
        refuses = limitsPublishing && limits.excess() == DefenceLimits.Excess.REFUSE;
    }

    boolean limitsPublishing() {
        return limitsPublishing;
    }

    private Meter meter(Link link) {
        if (link.meter == null) {
            link.meter = new Meter(link);
        }
        return link.meter;
    }

    /// Measures what a client has published, who is read more slowly if it is too much. Not those whose messages are
    /// refused instead, by [#refuses].
    void charge(Link link, Publish publish) {
        if (!refusesExcess(link.channel())) {
            meter(link).charge(publish);
        }
    }

    /// Whether a message is too much and to be refused; if not, it has been measured where it may be refused.
    boolean refuses(Link link, Publish publish) {
        return refusesExcess(link.channel()) && meter(link).refuses(publish);
    }

    /// Other limits hold for a link.
    void renew(Link link) {
        if (link.meter != null) {
            link.meter.renew();
        }
    }

    /// Whether messages that come too fast are refused. Otherwise, and where the version has no word for that, their
    /// client is read more slowly.
    private boolean refusesExcess(Channel channel) {
        return refuses && channel.version().acknowledgesWithReason();
    }

    /// About what its packet had on the wire: who sends properties in place of a payload sends as much.
    private static int packetBytes(Publish publish) {
        return HEADER_BYTES
                + publish.topic().utf8().length
                + publish.properties().encoded().length
                + publish.payload().length;
    }

    /// Measures one connection, and wakes it when it may go on.
    final class Meter extends Timer {
        private final Link link;
        private Rates own;
        private ListenerRates.Rates shared;
        private boolean paused;

        private Meter(Link link) {
            this.link = link;
            measureAnew();
        }

        private void measureAnew() {
            long now = thread.nowMillis();
            own = Rates.of(limits.publishesPerSecond(), limits.publishBytesPerSecond(), now);
            shared = defence.listenerRates().of(link.channel().connection().listener());
        }

        /// @return whether a message is too much; if not, it has been measured
        boolean refuses(Publish publish) {
            long now = thread.nowMillis();
            if (readyAtMillis(now) > now) {
                counters.count(Counters.Event.OVER_RATE);
                return true;
            }
            take(publish, now);
            return false;
        }

        private void take(Publish publish, long now) {
            int bytes = packetBytes(publish);
            own.charge(bytes, now);
            shared.take(bytes, now);
        }

        private long readyAtMillis(long now) {
            return Math.max(own.readyAtMillis(now), shared.readyAtMillis(now));
        }

        void charge(Publish publish) {
            long now = thread.nowMillis();
            take(publish, now);
            long ready = readyAtMillis(now);
            if (ready > now) {
                paused = true;
                counters.count(Counters.Event.THROTTLED);
                thread.timers().schedule(this, ready);
            }
        }

        /// Other limits hold: who was too fast by those from before may not be any more.
        void renew() {
            measureAnew();
            if (paused) {
                fire(thread.nowMillis());
            }
        }

        boolean paused() {
            return paused;
        }

        void end() {
            thread.timers().cancel(this);
        }

        @Override
        public void fire(long nowMillis) {
            long ready = readyAtMillis(nowMillis);
            if (ready > nowMillis) {
                thread.timers().schedule(this, ready);
            } else {
                thread.timers().cancel(this);
                paused = false;
                link.revive();
            }
        }
    }
}
