package io.tern.bench.micro;

import io.tern.api.ClientInfo;
import io.tern.api.ConnectionInfo;
import io.tern.api.Decision;
import io.tern.api.Durability;
import io.tern.api.Journal;
import io.tern.api.Message;
import io.tern.api.Progress;
import io.tern.engine.Channel;
import io.tern.engine.ChannelHost;
import io.tern.engine.Session;
import io.tern.engine.SessionHost;
import io.tern.engine.outbound.Outlet;
import io.tern.engine.outbound.PublishFrames;
import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.Memory;
import io.tern.engine.queue.QueueHolder;
import io.tern.engine.rules.Irregularity;
import io.tern.engine.rules.Limits;
import io.tern.engine.rules.ListenerRules;
import io.tern.engine.rules.Refusal;
import io.tern.store.NoStore;
import io.tern.wire.Auth;
import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicName;
import io.tern.wire.Unsubscribe;
import java.net.InetSocketAddress;

/// What sessions need of a shard, and nothing else: time stands still, and memory is counted and never short.
final class BareShard implements SessionHost {

    private static final ConnectionInfo CONNECTION =
            new ConnectionInfo("mqtt", "tcp", InetSocketAddress.createUnresolved("client", 1883));
    private static final Limits LIMITS = new Limits(
            1024 * 1024,
            1000,
            1000,
            1000,
            0,
            0,
            0,
            100,
            65_535,
            0,
            Limits.NEVER_EXPIRES,
            64 * 1024 * 1024,
            1024 * 1024 * 1024,
            100_000,
            100,
            5000,
            Limits.PACKET_IDS,
            true,
            true);

    private final PublishFrames frames = new PublishFrames();
    private final Journal journal = new NoStore().open(0, null, new Ignored());
    private final Counting memory = new Counting();

    /// A client that is let in.
    Channel open(MqttVersion version, Session session) {
        Connect connect = new Connect(version, false, true, 0, session.clientId(), Properties.NONE, null, null, null);
        Channel channel = new Channel(new Asked(), CONNECTION, new Sink());
        channel.on(connect);
        ClientInfo client = new ClientInfo(session.clientId(), null, version, CONNECTION);
        channel.welcome(channel.open(client, session, connect, false, 1, null));
        return channel;
    }

    /// What channels ask for: to come in, and nothing else.
    private final class Asked implements ChannelHost {

        @Override
        public long nowMillis() {
            return BareShard.this.nowMillis();
        }

        @Override
        public long machineMillis() {
            return nowMillis();
        }

        @Override
        public Limits limits() {
            return LIMITS;
        }

        @Override
        public Memory memory() {
            return memory;
        }

        @Override
        public ListenerRules rules() {
            return ListenerRules.STANDARD;
        }

        @Override
        public String responseInformation(ClientInfo client) {
            return null;
        }

        @Override
        public String durability() {
            return "none";
        }

        @Override
        public void connect(Connect connect) {
            // See open.
        }

        @Override
        public void authenticate(Auth auth) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void subscribe(Subscribe subscribe) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void unsubscribe(Unsubscribe unsubscribe) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean tooFast(Publish publish) {
            return false;
        }

        @Override
        public long rulesVersion() {
            return 0;
        }

        @Override
        public Decision mayPublish(Publish publish, TopicName topic) {
            return Decision.ALLOW;
        }

        @Override
        public boolean reaches(TopicName topic) {
            return true;
        }

        @Override
        public Refusal refusesToDelay(Message message) {
            return null;
        }

        @Override
        public void delay(Message message, long dueMillis, int slot, int packetId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean lacksRoom(Publish publish, TopicName topic) {
            return false;
        }

        @Override
        public boolean isMatched(TopicName topic) {
            return true;
        }

        @Override
        public void publish(Message message, int slot, int packetId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean denied(TopicName topic) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void detached(Session session, boolean sendWill) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void irregular(Irregularity irregularity) {
            throw new AssertionError(irregularity);
        }

        @Override
        public void rejected(TopicName topic, Refusal refusal) {
            throw new AssertionError(refusal);
        }

        @Override
        public void refused(Connect connect, Refusal refusal) {
            throw new AssertionError(refusal);
        }

        @Override
        public void closing(ReasonCode reason, String words) {
            throw new AssertionError(words);
        }
    }

    private static final class Ignored implements Progress {

        @Override
        public void written(long position) {
            // Nobody waits for it.
        }

        @Override
        public void durable(long position) {
            // Nobody waits for it.
        }
    }

    private static final class Counting implements Memory {

        private long heldBytes;

        @Override
        public void add(long bytes) {
            heldBytes += bytes;
        }

        @Override
        public long roomBytes(boolean connected) {
            return (1L << 40) - heldBytes;
        }
    }

    /// An output buffer that starts over when it is full, as one that is sent.
    private static final class Sink implements Outlet {

        private final byte[] buffer = new byte[16 * 1024];
        private int size;

        @Override
        public boolean send(Packet packet) {
            return true; // CONNACK is all that comes here.
        }

        @Override
        public void ack(int header, int packetId, ReasonCode reason) {
            throw new UnsupportedOperationException("nobody publishes here");
        }

        @Override
        public void write(byte[] frame, int offset, int length) {
            if (length > buffer.length - size) {
                size = 0;
            }
            System.arraycopy(frame, offset, buffer, size, length);
            size += length;
        }

        @Override
        public boolean writable() {
            return true;
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException("nobody leaves");
        }
    }

    @Override
    public long nowMillis() {
        return 1_000_000;
    }

    @Override
    public Limits limits() {
        return LIMITS;
    }

    @Override
    public PublishFrames frames() {
        return frames;
    }

    @Override
    public Memory memory() {
        return memory;
    }

    @Override
    public Journal journal() {
        return journal;
    }

    @Override
    public boolean keeps() {
        return false;
    }

    @Override
    public void whenDurable(Session session, Runnable action) {
        action.run();
    }

    @Override
    public void whenSafe(Runnable action) {
        action.run();
    }

    @Override
    public void hold(Session session, long sequence, Durability durability, long transaction) {
        throw new AssertionError("nothing is kept");
    }

    @Override
    public void overwhelmed(Session session) {
        throw new AssertionError("the window is never full");
    }

    @Override
    public boolean isDurable(long position) {
        return true;
    }

    @Override
    public void read(Session session, long from, long end, int maxBytes, boolean durable) {
        throw new AssertionError("nothing is kept");
    }

    @Override
    public void droppedUnread(Session session, long messages, DropReason reason) {
        throw new AssertionError(reason);
    }

    @Override
    public void roomy(Session session) {
        // Nothing waits for it.
    }

    @Override
    public void waiting(QueueHolder one) {
        throw new AssertionError("the window is never full");
    }

    @Override
    public void dropped(Session session, Message message, DropReason reason) {
        throw new AssertionError(reason);
    }
}
