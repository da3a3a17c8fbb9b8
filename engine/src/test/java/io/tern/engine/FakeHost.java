package io.tern.engine;

import io.tern.api.ClientInfo;
import io.tern.api.ConnectionInfo;
import io.tern.api.Decision;
import io.tern.api.Durability;
import io.tern.api.Journal;
import io.tern.api.Message;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.engine.outbound.PublishFrames;
import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.Memory;
import io.tern.engine.queue.QueueHolder;
import io.tern.engine.rules.Irregularity;
import io.tern.engine.rules.Limits;
import io.tern.engine.rules.ListenerRules;
import io.tern.engine.rules.Refusal;
import io.tern.wire.Auth;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicName;
import io.tern.wire.Unsubscribe;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// A shard that does nothing but remember what it was asked for; time and limits are what the test sets.
final class FakeHost implements SessionHost {

    static final ConnectionInfo CONNECTION =
            new ConnectionInfo("mqtt", "tcp", InetSocketAddress.createUnresolved("client", 1883));

    /// A message to be routed.
    record Routed(Channel channel, Message message, int slot, int packetId) {}

    /// A delivery that did not happen.
    record Dropped(Message message, DropReason reason) {}

    /// A session without a connection.
    record Detached(Session session, boolean sendWill) {}

    long nowMillis = 1_000_000;
    int packetBytes = 1024 * 1024;
    int receiveMaximum = 10;
    int inFlightMessages = 256;
    int inFlightFirstMessages = 256;
    int topicAliasMaximum = 5;
    int topicAliasesUsed;
    int topicAliasesMaximumQos = 1;
    int topicLevels = 1000;
    int topicBytes = 65_535;
    int keepAliveSecondsMaximum;
    long sessionExpirySecondsMaximum = Limits.NEVER_EXPIRES;
    long queueBytes = 1024 * 1024;
    long queueDiskBytes = 16 * 1024 * 1024;
    int queueMessages;
    int clientIdBytes = 100;
    long connectMillis = 5000;
    int packetIds = Limits.PACKET_IDS;
    int priorities = 1;
    ListenerRules rules = ListenerRules.STANDARD;
    String responseInformation;
    long memoryBytes = Long.MAX_VALUE / 4;
    long heldBytes;
    private final Memory memory = new Memory() {
        @Override
        public void add(long bytes) {
            heldBytes += bytes;
        }

        @Override
        public long roomBytes(boolean connected) {
            return Math.max(0, (connected ? memoryBytes : memoryBytes / 4 * 3) - heldBytes) / 2;
        }
    };
    private final PublishFrames frames = new PublishFrames();
    final RecordingJournal journal = new RecordingJournal();

    final List<Connect> connects = new ArrayList<>();
    final List<Routed> routed = new ArrayList<>();
    final List<Subscribe> subscribes = new ArrayList<>();
    final List<Unsubscribe> unsubscribes = new ArrayList<>();
    final List<Auth> auths = new ArrayList<>();
    final List<Detached> detached = new ArrayList<>();
    final List<Dropped> dropped = new ArrayList<>();
    final List<ReasonCode> rejected = new ArrayList<>();
    final List<Irregularity> irregularities = new ArrayList<>();
    final List<Refusal> refused = new ArrayList<>();
    final List<ReasonCode> closing = new ArrayList<>();
    /// A message that may not be sent yet.
    record Holding(Session session, long sequence, long transaction) {}

    /// A part of a queue that was asked for.
    record Asked(Session session, long from, long end, int maxBytes, boolean durable) {}

    final List<Holding> holding = new ArrayList<>();
    final List<Asked> asked = new ArrayList<>();
    /// What was staged up to this position of the journal is on disk.
    long durableTo;
    final List<Runnable> unsafe = new ArrayList<>();
    boolean keeps;
    /// A message that was given to be kept until it is due.
    record Delaying(Channel channel, Message message, long dueMillis, int slot, int packetId) {}

    final List<Delaying> delayed = new ArrayList<>();
    Refusal refusesToDelay;
    boolean delays = true;
    long machineAheadMillis;
    boolean reachable = true;
    int sought;
    boolean full;
    long droppedUnread;
    int overwhelmed;
    int roomy;
    int waiting;

    /// Everything staged is on disk now.
    void safe() {
        List<Runnable> actions = List.copyOf(unsafe);
        unsafe.clear();
        actions.forEach(Runnable::run);
    }

    /// Reads what was asked for, a few messages at a time.
    ///
    /// @return false if nothing was
    boolean readBack(int messages) {
        if (asked.isEmpty()) {
            return false;
        }
        Asked what = asked.removeFirst();
        List<Stored> found = journal.kept.subMap(what.from, what.end).values().stream().limit(messages).toList();
        boolean all = found.size() < messages;
        what.session.read(new Store.Reading(found, all ? what.end : found.getLast().sequence() + 1));
        return true;
    }

    /// A channel whose client was let in, with its CONNACK already looked at.
    Channel open(RecordingOutlet outlet, Connect connect) {
        return open(outlet, connect, new Session(this, 0, connect.clientId(), 1));
    }

    /// The same, with a session that may have been there before.
    Channel open(RecordingOutlet outlet, Connect connect, Session session) {
        return open(outlet, connect, session, true);
    }

    /// The same, with or without what the session sends at once.
    Channel open(RecordingOutlet outlet, Connect connect, Session session, boolean sends) {
        boolean writable = outlet.writable;
        outlet.writable = sends && writable;
        Channel channel = channel(outlet);
        outlet.version(connect.version());
        channel.on(connect);
        channel.welcome(channel.open(client(connect), session, connect, false, 1, null));
        outlet.packets().removeIf(ConnAck.class::isInstance);
        outlet.writable = writable;
        return channel;
    }

    /// A conversation that has not begun.
    Channel channel(RecordingOutlet outlet) {
        ForChannel host = new ForChannel();
        host.channel = new Channel(host, CONNECTION, outlet);
        return host.channel;
    }

    /// What one channel asks for.
    private final class ForChannel implements ChannelHost {

        private Channel channel;

        @Override
        public long nowMillis() {
            return nowMillis;
        }

        @Override
        public long machineMillis() {
            return nowMillis + machineAheadMillis;
        }

        @Override
        public Limits limits() {
            return FakeHost.this.limits();
        }

        @Override
        public Memory memory() {
            return memory;
        }

        @Override
        public ListenerRules rules() {
            return rules;
        }

        @Override
        public String responseInformation(ClientInfo client) {
            return responseInformation;
        }

        @Override
        public String durability() {
            return "sync";
        }

        @Override
        public void connect(Connect connect) {
            connects.add(connect);
        }

        @Override
        public void authenticate(Auth auth) {
            auths.add(auth);
        }

        @Override
        public void subscribe(Subscribe subscribe) {
            subscribes.add(subscribe);
        }

        @Override
        public void unsubscribe(Unsubscribe unsubscribe) {
            unsubscribes.add(unsubscribe);
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
            sought += reachable ? 0 : 1;
            return reachable;
        }

        @Override
        public boolean lacksRoom(Publish publish, TopicName topic) {
            return full;
        }

        @Override
        public boolean isMatched(TopicName topic) {
            return true;
        }

        @Override
        public void publish(Message message, int slot, int packetId) {
            routed.add(new Routed(channel, message, slot, packetId));
        }

        @Override
        public Refusal refusesToDelay(Message message) {
            return refusesToDelay;
        }

        @Override
        public void delay(Message message, long dueMillis, int slot, int packetId) {
            delayed.add(new Delaying(channel, message, dueMillis, slot, packetId));
        }

        @Override
        public boolean denied(TopicName topic) {
            return false;
        }

        @Override
        public void detached(Session session, boolean sendWill) {
            detached.add(new Detached(session, sendWill));
        }

        @Override
        public void irregular(Irregularity irregularity) {
            irregularities.add(irregularity);
        }

        @Override
        public void rejected(TopicName topic, Refusal refusal) {
            rejected.add(refusal.reason());
        }

        @Override
        public void refused(Connect connect, Refusal refusal) {
            refused.add(refusal);
        }

        @Override
        public void closing(ReasonCode reason, String words) {
            closing.add(reason);
        }
    }

    static ClientInfo client(Connect connect) {
        return new ClientInfo(connect.clientId(), null, connect.version(), CONNECTION);
    }

    static Connect connect(MqttVersion version) {
        return Connects.of(version).packet();
    }

    @Override
    public long nowMillis() {
        return nowMillis;
    }

    @Override
    public Limits limits() {
        return new Limits(
                packetBytes,
                receiveMaximum,
                inFlightMessages,
                inFlightFirstMessages,
                topicAliasMaximum,
                topicAliasesUsed,
                topicAliasesMaximumQos,
                topicLevels,
                topicBytes,
                keepAliveSecondsMaximum,
                sessionExpirySecondsMaximum,
                queueBytes,
                queueDiskBytes,
                queueMessages,
                clientIdBytes,
                connectMillis,
                packetIds,
                true,
                delays);
    }

    @Override
    public int priorities() {
        return priorities;
    }

    @Override
    public Memory memory() {
        return memory;
    }

    @Override
    public PublishFrames frames() {
        return frames;
    }

    @Override
    public Journal journal() {
        return journal;
    }

    @Override
    public boolean keeps() {
        return keeps;
    }

    @Override
    public void whenSafe(Runnable action) {
        unsafe.add(action);
    }

    @Override
    public void whenDurable(Session session, Runnable action) {
        unsafe.add(action);
    }

    @Override
    public void overwhelmed(Session session) {
        overwhelmed++;
    }

    @Override
    public void hold(Session session, long sequence, Durability durability, long transaction) {
        holding.add(new Holding(session, sequence, transaction));
    }

    @Override
    public boolean isDurable(long position) {
        return position <= durableTo;
    }

    @Override
    public void read(Session session, long from, long end, int maxBytes, boolean durable) {
        asked.add(new Asked(session, from, end, maxBytes, durable));
    }

    @Override
    public void droppedUnread(Session session, long messages, DropReason reason) {
        droppedUnread += messages;
    }

    @Override
    public void roomy(Session session) {
        roomy++;
    }

    @Override
    public void waiting(QueueHolder one) {
        waiting++;
        one.place(waiting);
    }

    @Override
    public void dropped(Session session, Message message, DropReason reason) {
        dropped.add(new Dropped(message, reason));
    }
}
