package io.tern.api;

import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import io.tern.wire.Utf8;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// An application message on its way from its publisher to its receivers. Immutable, shared by all of them.
///
/// What belongs to one hop only (packet identifier, DUP, topic alias, subscription identifiers, the remaining expiry)
/// is not here: the sender of each hop adds it when it writes.
public final class Message {

    /// Stands for "does not expire" in [#expiresAtMillis].
    public static final long NEVER = Long.MAX_VALUE;

    /// How many queues of one owner hold it. Each owner counts for itself: a count of all would be written by all
    /// threads at each delivery.
    private static final class Holders {
        final Object owner;
        final Holders next;
        int queues;

        Holders(Object owner, Holders next) {
            this.owner = owner;
            this.next = next;
        }
    }

    /// The objects that make a message, besides its topic.
    private static final int OBJECTS_BYTES = 80;
    /// And its properties, if it has any.
    private static final int PROPERTIES_OBJECTS_BYTES = 32;
    /// A client identifier up to this is mostly shared by many messages, or by its session; a longer one is counted
    /// with each, since the session may end before them.
    private static final int SHORT_PUBLISHER_ID_CHARACTERS = 64;

    private static final VarHandle FIRST_HOLDER;
    private static final VarHandle HOLDERS;

    static {
        try {
            FIRST_HOLDER = MethodHandles.lookup().findVarHandle(Message.class, "firstHolder", Object.class);
            HOLDERS = MethodHandles.lookup().findVarHandle(Message.class, "holders", Holders.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final TopicName topic;
    private final byte[] payload;
    private final byte qos;
    private byte priority;
    private final boolean retain;
    private final Properties properties;
    private final String publisherId;
    private final long expiresAtMillis;
    private final int costBytes;
    private Durability durability = Durability.SYNC;
    private WhenFull whenFull = WhenFull.DROP_OLDEST;
    private Owner owner;

    /// The owner that held it first, and how many of its queues do; most messages have no other. It stays the first,
    /// whether or not it holds the message still.
    private volatile Object firstHolder;
    private int firstQueues;
    private volatile Holders holders;

    /// A message as its publisher sent it.
    ///
    /// @param topic full topic name, an alias already resolved
    /// @param payload not to be changed any more
    /// @param qos 0 to 2, as published
    /// @param retain the RETAIN flag of the PUBLISH
    /// @param properties those that are forwarded unaltered [MQTT-3.3.2-4, -15, -16, -17, -18, -20]
    /// @param publisherId client identifier of the publisher, or null when the server itself publishes
    /// @param expiresAtMillis when it is too old to be delivered, milliseconds since 1970, or [#NEVER]
    public Message(
            TopicName topic,
            byte[] payload,
            int qos,
            boolean retain,
            Properties properties,
            String publisherId,
            long expiresAtMillis) {
        assert qos >= 0 && qos <= 2 : qos;
        this.topic = topic;
        this.payload = payload;
        this.qos = (byte) qos;
        this.retain = retain;
        this.properties = properties;
        this.publisherId = publisherId;
        this.expiresAtMillis = expiresAtMillis;
        this.costBytes = costBytes(topic, payload.length, properties.encoded().length, publisherId);
    }

    /// What such a message is charged with, see [#costBytes()].
    ///
    /// @param topic of the message, counted as if no other message had the same name in memory
    /// @param payloadBytes of the payload
    /// @param propertiesBytes of the properties that are forwarded, encoded
    /// @param publisherId client identifier of the publisher, or null
    /// @return bytes, more than 0
    public static int costBytes(TopicName topic, int payloadBytes, int propertiesBytes, String publisherId) {
        return OBJECTS_BYTES
                + topic.memoryBytes()
                + payloadBytes
                + (propertiesBytes == 0 ? 0 : PROPERTIES_OBJECTS_BYTES + propertiesBytes)
                + (publisherId == null || publisherId.length() <= SHORT_PUBLISHER_ID_CHARACTERS
                        ? 0
                        : Utf8.memoryBytes(publisherId));
    }

    /// @return the topic it was published to
    public TopicName topic() {
        return topic;
    }

    /// @return the payload itself, not a copy
    public byte[] payload() {
        return payload;
    }

    /// @return 0 to 2, as published
    public int qos() {
        return qos;
    }

    /// @return whether its publisher asked to retain it
    public boolean retain() {
        return retain;
    }

    /// @return the properties to forward, never null
    public Properties properties() {
        return properties;
    }

    /// @return the publisher's client identifier, null if the server published it
    public String publisherId() {
        return publisherId;
    }

    /// @return milliseconds since 1970, or [#NEVER]
    public long expiresAtMillis() {
        return expiresAtMillis;
    }

    /// Sets how it is handled here, before it is handed to anybody.
    ///
    /// @param newDurability how safe it has to be
    /// @param newWhenFull what happens where there is no room for it
    public void handle(Durability newDurability, WhenFull newWhenFull) {
        durability = newDurability;
        whenFull = newWhenFull;
    }

    /// @return how safe it has to be before it is acknowledged, [Durability#SYNC] unless it was told otherwise
    public Durability durability() {
        return durability;
    }

    /// @return what happens where there is no room for it
    public WhenFull whenFull() {
        return whenFull;
    }

    /// Sets which messages it goes before where both wait, before it is handed to anybody.
    ///
    /// @param newPriority see [#priority]
    public void prioritize(int newPriority) {
        priority = (byte) newPriority;
    }

    /// Its place among the priorities that the operator has given to topics.
    ///
    /// @return 0 for the lowest, or for all if there is one only; to 15
    public int priority() {
        return priority;
    }

    /// Sets whose it is, before it is kept for whoever comes later.
    ///
    /// @param newOwner of what is retained; null if nobody's
    /// @return this
    public Message ownedBy(Owner newOwner) {
        owner = newOwner;
        return this;
    }

    /// @return whose it is if it is retained; null if that isn't known, or it was not retained
    public Owner owner() {
        return owner;
    }

    /// Whether it is too old to be sent [MQTT-3.3.2-5].
    ///
    /// @param nowMillis the time
    /// @return true if its delivery must not begin any more
    public boolean expired(long nowMillis) {
        return nowMillis >= expiresAtMillis;
    }

    /// What is left of its life, to be sent on [MQTT-3.3.2-6].
    ///
    /// @param nowMillis the time
    /// @return seconds, at least 1, or -1 when it does not expire
    public long expirySeconds(long nowMillis) {
        return expiresAtMillis == NEVER ? -1 : Math.max(1, (expiresAtMillis - nowMillis + 999) / 1000);
    }

    /// One more queue holds it.
    ///
    /// @param owner of that queue, e.g. what counts for one shard; only that one's thread may call it
    /// @return true if no other queue of this owner did before
    public boolean hold(Object owner) {
        if (firstHolder == owner || firstHolder == null && FIRST_HOLDER.compareAndSet(this, null, owner)) {
            return firstQueues++ == 0;
        }
        Holders own = holders(owner);
        if (own == null) {
            Holders others;
            do {
                others = holders;
                own = new Holders(owner, others);
            } while (!HOLDERS.compareAndSet(this, others, own));
        }
        return own.queues++ == 0;
    }

    /// One queue less holds it.
    ///
    /// @param owner as given to [#hold]; only that one's thread may call it
    /// @return true if no other queue of this owner does
    public boolean letGo(Object owner) {
        if (firstHolder == owner) {
            assert firstQueues > 0 : "let go more often than held";
            return --firstQueues == 0;
        }
        Holders own = holders(owner);
        assert own != null && own.queues > 0 : "let go more often than held";
        return --own.queues == 0;
    }

    private Holders holders(Object owner) {
        Holders each = holders;
        while (each != null && each.owner != owner) {
            each = each.next;
        }
        return each;
    }

    /// What it is charged with in queues: payload, topic, properties, a long identifier of its publisher, and a fixed
    /// share for objects around them.
    ///
    /// @return bytes, more than 0
    public int costBytes() {
        return costBytes;
    }
}
