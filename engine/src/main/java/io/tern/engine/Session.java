package io.tern.engine;

import io.tern.api.ClientInfo;
import io.tern.api.Durability;
import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Store;
import io.tern.engine.inbound.AcksInbound;
import io.tern.engine.inbound.InboundQos2;
import io.tern.engine.inbound.Sender;
import io.tern.engine.outbound.Outbox;
import io.tern.engine.outbound.Outlet;
import io.tern.engine.outbound.Qos0Backlog;
import io.tern.engine.queue.Allowance;
import io.tern.engine.queue.Lender;
import io.tern.engine.queue.Memory;
import io.tern.engine.queue.Origin;
import io.tern.wire.Utf8;
import io.tern.wire.Will;

/// What a server keeps for one client, with or without a connection: its subscriptions, the messages owed to it, the
/// identifiers of messages it has not released, its will [MQTT-3.1.2-23].
///
/// Owned by one shard for life and touched by no other thread.
public final class Session extends Marked {

    /// The objects that make a session, here and in the broker's lists.
    private static final int OBJECTS_BYTES = 600;

    private final SessionHost host;
    private final String clientId;
    private final long epoch;
    private final Subscriptions subscriptions = new Subscriptions();
    private final Addressee addressee = new Addressee(this);
    private final Outbox outbox = new Outbox(addressee);
    private final InboundQos2 inboundQos2 = new InboundQos2();
    private Qos0Backlog qos0Backlog;
    private NetworkConnection connection;
    private ClientInfo client;
    private Owner owner;
    private Will will;
    private long expirySeconds;
    private int awayBytes;
    private boolean durable;
    private boolean ended;

    /// A session without a connection, to be attached to one at once.
    ///
    /// @param host its shard, for ever
    /// @param shard that shard's number
    /// @param clientId never empty
    /// @param epoch tells this client's sessions apart, higher for later ones
    public Session(SessionHost host, int shard, String clientId, long epoch) {
        super(shard);
        this.host = host;
        this.clientId = clientId;
        this.epoch = epoch;
        host.memory().add(bytesOf(clientId));
    }

    /// What a session takes in memory, without what it holds.
    ///
    /// @param clientId whose
    /// @return bytes
    public static long bytesOf(String clientId) {
        return (long) OBJECTS_BYTES + Utf8.memoryBytes(clientId);
    }

    /// Gives it a connection. Nothing is sent before CONNACK.
    ///
    /// @param newConnection of its client from now on
    /// @param newClient who speaks there
    /// @param newWill the will of this connection, or null [MQTT-3.1.2-7]
    /// @param newExpirySeconds how long it outlives the connection, 0 to [Limits#NEVER_EXPIRES]
    /// @param stamp order of the CONNECT among all
    public void attach(
            NetworkConnection newConnection,
            ClientInfo newClient,
            Will newWill,
            long newExpirySeconds,
            long stamp) {
        assert connection == null : "takeover comes first";
        connection = newConnection;
        client = newClient;
        if (owner == null || !owner.owns(newClient) || !owner.isKnown()) {
            owner = Owner.ofClient(newClient);
        }
        will(newWill);
        holdAway(0);
        expirySeconds = newExpirySeconds;
        durable = durable || newExpirySeconds > 0;
        connected(stamp);
        outbox.rewind();
        inboundQos2.connected();
        if (durable) {
            host.journal().sessionOpened(epoch, clientId, owner, newExpirySeconds, newWill);
            if (host.keeps()) {
                outbox.reserve();
            }
        }
    }

    /// Makes a session of what a process before this one has left. It has no connection.
    ///
    /// @param host its shard, for ever
    /// @param shard that shard's number
    /// @param clientId never empty
    /// @param epoch as it was
    /// @param owner whose it is, or null if that isn't known
    /// @param expirySeconds how long it outlives its connection
    /// @param will still to be sent, or null
    /// @return durable
    public static Session recovered(
            SessionHost host, int shard, String clientId, long epoch, Owner owner, long expirySeconds, Will will) {
        Session session = new Session(host, shard, clientId, epoch);
        session.durable = true;
        session.owner = owner;
        session.expirySeconds = expirySeconds;
        session.will(will);
        return session;
    }

    /// A recovered session turns out to be at its end.
    public void outlived() {
        expirySeconds = 0;
    }

    /// Tells a recovered session of a packet identifier that its client has not released.
    ///
    /// @param packetId 1 to 65,535
    public void recoverInbound(int packetId) {
        inboundQos2.publish(packetId);
        holdAway(inboundQos2.memoryBytes());
    }

    /// Its client's rights are known. What was queued before is judged when its turn comes, see [DeliveryRules].
    public void reviewed() {
        review(null);
        outbox.doubt();
        if (qos0Backlog != null) {
            qos0Backlog.doubt();
        }
        drain();
    }

    /// Takes its connection away.
    void detach() {
        connection = null;
        if (qos0Backlog != null) {
            qos0Backlog.clear();
            qos0Backlog = null;
        }
        holdAway(inboundQos2.memoryBytes());
    }

    /// With a connection it is that which counts.
    private void holdAway(int bytes) {
        host.memory().add(bytes - awayBytes);
        awayBytes = bytes;
    }

    private void will(Will newWill) {
        host.memory().add(Memory.bytesOf(newWill) - Memory.bytesOf(will));
        will = newWill;
    }

    /// Ends it: nothing is owed any more. The caller takes its subscriptions out of the index, and the session out of
    /// the journal.
    public void end() {
        assert connection == null;
        ended = true;
        outbox.clear();
        inboundQos2.end();
        will(null);
        holdAway(0);
        host.memory().add(-bytesOf(clientId));
        tally();
    }

    /// Whether a message that matched one of its subscriptions is for its client: not if the client has published it
    /// itself and doesn't want its own [MQTT-3.8.3-3], nor if it may not receive it, which is counted.
    ///
    /// @param subscription that matched
    /// @param message which
    /// @return false if it is not to be delivered
    public boolean wants(Subscription subscription, Message message) {
        boolean own = subscription.noLocal() && clientId.equals(message.publisherId());
        return !own && (subscription.grant() == 0 || host.deliveryRules().mayReceive(this, subscription, message));
    }

    /// Takes one message for its client that matched one of its subscriptions, if it [#wants] it.
    ///
    /// @param subscription that matched
    /// @param message which
    /// @param transaction as in the other
    /// @return as the other
    public boolean offer(Subscription subscription, Message message, long transaction) {
        boolean retain = subscription.retainAsPublished() && message.retain();
        return wants(subscription, message)
                && offer(message, subscription.qos(), retain, subscription.origin(), transaction);
    }

    /// Takes one message for its client that belongs to no transaction.
    ///
    /// @param message what
    /// @param maximumQos quality of service granted to the subscription that matched
    /// @param retain the RETAIN flag to send
    /// @param origin through what it came, or null
    /// @return as the other
    public boolean offer(Message message, int maximumQos, boolean retain, Origin origin) {
        return offer(message, maximumQos, retain, origin, 0);
    }

    /// Takes one message for its client.
    ///
    /// @param message what
    /// @param maximumQos quality of service granted to the subscription that matched [MQTT-3.8.4-8]
    /// @param retain the RETAIN flag to send
    /// @param origin through what it came, or null
    /// @param transaction that decides whether it counts, see [io.tern.api.Records#queued]; 0 for none
    /// @return true if it stands in the queue of a durable session now, so that its publisher's acknowledgement has to
    ///     wait for the journal
    public boolean offer(Message message, int maximumQos, boolean retain, Origin origin, long transaction) {
        if (ended) {
            Lender.settle(origin);
            return false;
        }
        int qos = Math.min(message.qos(), maximumQos);
        if (qos == 0) {
            offerQos0(message, retain, origin);
            return false;
        }
        // Behind those that are on disk only there is no other place, and they make no room for it in memory.
        boolean recorded = message.durability() != Durability.NONE || !outbox.hasRoomFor(message);
        boolean own = durable && !Lender.keeps(qos, origin) && recorded;
        boolean held = transaction != 0 || qos == 2 && own && host.keeps(); // Not before it is on disk.
        if (!held && sending()) {
            long sent = outbox.sendAtOnce(connection, message, qos, retain, origin, own);
            if (sent >= 0) {
                if (own) {
                    record(sent, message, qos, retain, origin, 0);
                    host.journal().sent();
                }
                tally();
                return own;
            }
        }
        long sequence = outbox.add(message, qos, retain, origin, held, own);
        tally();
        if (sequence < 0) {
            return false;
        }
        if (own) {
            record(sequence, message, qos, retain, origin, transaction);
        }
        if (held) {
            host.hold(this, sequence, message.durability(), transaction);
        } else if (sending()) {
            outbox.drain(connection, host.nowMillis());
            if (own && outbox.waiting() == 0) {
                host.journal().sent();
            }
        }
        if (place() == NOWHERE && outbox.waiting() > 0) {
            host.waiting(this);
        }
        return own;
    }

    private void record(long sequence, Message message, int qos, boolean retain, Origin origin, long transaction) {
        int[] identifiers = Origin.identifiers(origin);
        host.journal().queued(epoch, sequence, message, qos, retain, identifiers, transaction);
    }

    /// A message that was held may be sent now.
    ///
    /// @param sequence its place in the queue
    public void release(long sequence) {
        outbox.release(sequence);
        drain();
    }

    /// What its queue had on disk only was read.
    ///
    /// @param reading from the sequence asked for on
    public void read(Store.Reading reading) {
        if (!ended) {
            outbox.read(reading);
            tally();
            drain();
        }
    }

    /// Says whose it is and whose allowance its queue takes up, before there is one.
    ///
    /// @param newOwner the same object for all of an owner's sessions
    /// @param newAllowance of its owner
    public void ownedBy(Owner newOwner, Allowance newAllowance) {
        owner = newOwner;
        allowance(newAllowance);
    }

    /// Tells what its queue takes on disk by now.
    public void tally() {
        stores(keeps() ? outbox.queuedBytes() + outbox.spilledBytes() : 0);
    }

    /// Whether what waits for it is on disk, too.
    boolean keeps() {
        return durable && host.keeps();
    }

    /// Not before CONNACK, which is the first packet a client gets [MQTT-3.2.0-1].
    private boolean sending() {
        return connection != null && connection.isOpen() && reviewer() == null;
    }

    private void offerQos0(Message message, boolean retain, Origin origin) {
        if (connection == null) {
            Lender.settle(origin);
        } else if (qos0Backlog != null) {
            qos0Backlog.add(message, retain, origin);
        } else if (sending() && connection.outlet().writable()) {
            Qos0Backlog.send(addressee, connection, message, retain, origin, host.nowMillis());
        } else {
            qos0Backlog = new Qos0Backlog(addressee);
            qos0Backlog.add(message, retain, origin);
        }
    }

    /// Sends what there is room for in the window and in the output buffer, then lets others in.
    public void drain() {
        if (!sending()) {
            return;
        }
        long nowMillis = host.nowMillis();
        if (qos0Backlog != null) {
            qos0Backlog.drain(connection, nowMillis);
            if (qos0Backlog.isEmpty()) {
                qos0Backlog = null;
            }
        }
        outbox.drain(connection, nowMillis);
        tally();
        host.roomy(this);
    }

    /// Whether a message given now would leave at once; who can wait, waits for that.
    ///
    /// @return true if it is connected, its window is open and its output buffer is not full
    public boolean hasRoom() {
        return sending()
                && qos0Backlog == null
                && outbox.waiting() == 0
                && outbox.windowRoomMessages(connection) > 0
                && connection.outlet().writable();
    }

    /// How many messages given now would leave at once, as far as the window goes; see [#hasRoom].
    ///
    /// @return 0 without a connection, or at least 1 if there is room; at most a window as it is at first
    public int roomMessages() {
        return hasRoom() ? outbox.windowRoomMessages(connection) : 0;
    }

    /// Gives a message back to the shared group that lent it.
    ///
    /// @param origin of the delivery, which is told nothing any more if it succeeds
    /// @param sentToo whether also if it was sent, since the connection is gone
    /// @return false if the message stays
    public boolean takeBack(Lender lender, boolean sentToo) {
        return outbox.takeBack(lender, sentToo);
    }

    /// What its client has published at QoS 2 and not released.
    ///
    /// @return the same all the time
    public InboundQos2 inboundQos2() {
        return inboundQos2;
    }

    AcksInbound acks(Sender sender, Outlet out) {
        return new AcksInbound(sender, addressee, outbox, inboundQos2, out);
    }

    /// Its queue.
    ///
    /// @return messages owed
    public Outbox outbox() {
        return outbox;
    }

    /// @return its subscriptions
    public Subscriptions subscriptions() {
        return subscriptions;
    }

    /// @return its connection, or null
    public NetworkConnection connection() {
        return connection;
    }

    /// @return who is or was connected last in this process, or null
    public ClientInfo client() {
        return client;
    }

    /// @return whose it is, by the connection that made it; null if that isn't known
    public Owner owner() {
        return owner;
    }

    /// More is known of its client now.
    ///
    /// @param newClient the same client
    void identified(ClientInfo newClient) {
        client = newClient;
    }

    /// @return the client identifier it belongs to
    public String clientId() {
        return clientId;
    }

    /// @return which of that client's sessions it is
    public long epoch() {
        return epoch;
    }

    /// @return its shard
    public SessionHost host() {
        return host;
    }

    /// Whether it is, or ever was, meant to outlive its connection. That stays so to its end, since what has been
    /// promised to publishers in its name stays promised.
    ///
    /// @return true if what it is owed must be safe before it is acknowledged
    public boolean durable() {
        return durable;
    }

    /// @return how long it outlives its connection, seconds
    public long expirySeconds() {
        return expirySeconds;
    }

    /// A DISCONNECT has named another expiry.
    void expirySeconds(long newExpirySeconds) {
        expirySeconds = newExpirySeconds;
    }

    /// @return true once it has ended; it takes nothing any more
    public boolean ended() {
        return ended;
    }

    /// @return the will of its last connection, null if there is none or it has been sent or deleted
    public Will will() {
        return will;
    }

    /// Forgets the will: sent, or deleted by DISCONNECT [MQTT-3.1.2-10].
    public void clearWill() {
        will(null);
    }

    @Override
    public boolean isWaitedFor() {
        return outbox.waiting() > 0;
    }

    @Override
    public boolean trim() {
        boolean trimmed = outbox.trim();
        tally();
        return trimmed;
    }
}
