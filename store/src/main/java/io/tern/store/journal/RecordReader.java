package io.tern.store.journal;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Records;
import io.tern.store.disk.DamagedException;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Says the records of a frame again, in their order. For one thread; can be used for one frame after the other.
public final class RecordReader {

    private byte[] src;
    private int at;
    private int end;
    private long baseEpoch;
    private long baseId;
    private final RecentTopics topics = new RecentTopics();

    /// Reads nothing yet.
    public RecordReader() {}

    /// Reads all records between two places.
    ///
    /// @param bytes holds them
    /// @param offset of the first
    /// @param length how many bytes
    /// @param sink is told each
    /// @throws DamagedException if they are no records; what was told before it holds nothing wrong
    public void read(byte[] bytes, int offset, int length, JournalRecords sink) throws DamagedException {
        src = bytes;
        at = offset;
        end = offset + length;
        baseEpoch = 0;
        baseId = 0;
        int start = at;
        try {
            while (at < end) {
                start = at;
                record(src[at++] & 0xFF, sink);
            }
        } catch (BadRecord e) {
            DamagedException damaged = new DamagedException("", start - offset, e.getMessage());
            damaged.initCause(e);
            throw damaged;
        } finally {
            src = null;
        }
    }

    private void record(int type, JournalRecords sink) throws BadRecord {
        switch (type) {
            case RecordType.BASE -> base();
            case RecordType.CHUNK -> {
                if ((four() | eight() | eight()) != 0) {
                    throw new BadRecord("a chunk that a cluster has written");
                }
                base();
            }
            case RecordType.SESSION_OPENED -> {
                long epoch = epoch();
                String clientId = text();
                long expirySeconds = number();
                int flags = octet();
                Owner owner = owner(flags);
                sink.sessionOpened(epoch, clientId, owner, expirySeconds, will(flags));
            }
            case RecordType.SESSION_LEFT -> {
                long epoch = epoch();
                long atMillis = number();
                long expirySeconds = number();
                int flags = octet();
                long sentEnd = (flags & RecordType.LEFT_SENT_END) == 0 ? Records.SENT_UNKNOWN : number();
                sink.sessionLeft(
                        epoch, atMillis, expirySeconds, (flags & RecordType.LEFT_WILL_OWED) != 0, sentEnd);
            }
            case RecordType.MAY_BE_SENT -> sink.mayBeSent(epoch(), number(), number(), number());
            case RecordType.WILL_GONE -> sink.willGone(epoch());
            case RecordType.SESSION_ENDED -> sink.sessionEnded(epoch());
            case RecordType.GROUP_OPENED -> sink.groupOpened(epoch(), text());
            case RecordType.GROUP_ENDED -> sink.groupEnded(epoch());
            case RecordType.DELAYED_OPENED -> sink.delayedOpened(epoch());
            case RecordType.DELAYED_ENDED -> sink.delayedEnded(epoch());
            case RecordType.DELAYED -> {
                long epoch = epoch();
                long sequence = number();
                long transaction = transaction();
                sink.delayed(epoch, sequence, message(sink.wants(epoch, sequence)), transaction);
            }
            case RecordType.SUBSCRIBED -> sink.subscribed(epoch(), text(), octet(), (int) number());
            case RecordType.UNSUBSCRIBED -> sink.unsubscribed(epoch(), text());
            case RecordType.QUEUED -> {
                long epoch = epoch();
                long sequence = number();
                int flags = octet();
                long transaction = transaction(flags);
                int[] identifiers = identifiers(flags);
                Message message = message(sink.wants(epoch, sequence));
                sink.queued(epoch, sequence, message, flags & RecordType.QUEUED_QOS,
                        (flags & RecordType.QUEUED_RETAIN) != 0, identifiers, transaction);
            }
            case RecordType.BODY -> {
                long id = id();
                sink.body(id, message(sink.wants(JournalRecords.NO_QUEUE, id)));
            }
            case RecordType.QUEUED_SHARED -> {
                long epoch = epoch();
                long sequence = number();
                int flags = octet();
                long bodyId = id();
                long transaction = transaction(flags);
                sink.queuedShared(epoch, sequence, bodyId, flags & RecordType.QUEUED_QOS,
                        (flags & RecordType.QUEUED_RETAIN) != 0, identifiers(flags), transaction);
            }
            case RecordType.RECEIVED -> sink.received(epoch(), number());
            case RecordType.SETTLED -> {
                long epoch = epoch();
                long first = number();
                int count = octet() + 1;
                if (count == 1) {
                    sink.settled(epoch, first);
                } else {
                    sink.settledRange(epoch, first, count);
                }
            }
            case RecordType.INBOUND_OPENED -> {
                long epoch = epoch();
                int packetId = (int) number();
                sink.inboundOpened(epoch, packetId, transaction());
            }
            case RecordType.INBOUND_RELEASED -> sink.inboundReleased(epoch(), (int) number());
            case RecordType.COMMITTED -> sink.committed(id());
            case RecordType.RETAINED_SET -> {
                long sequence = number();
                sink.retainedSet(message(sink.wants(JournalRecords.NO_QUEUE, sequence)), sequence);
            }
            case RecordType.RETAINED_CLEARED -> {
                long sequence = number();
                sink.retainedCleared(topic(), sequence);
            }
            default -> throw new BadRecord("a record of the unknown type " + type);
        }
    }

    private int octet() throws BadRecord {
        if (at == end) {
            throw new BadRecord("a record that is cut off");
        }
        return src[at++] & 0xFF;
    }

    private long number() throws BadRecord {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int octet = octet();
            value |= (octet & 0x7FL) << shift;
            if (octet < 0x80) {
                return value;
            }
        }
        throw new BadRecord("a number without an end");
    }

    private void base() throws BadRecord {
        baseEpoch = eight();
        baseId = eight();
    }

    private long four() throws BadRecord {
        return (long) octet() << 24 | octet() << 16 | octet() << 8 | octet();
    }

    private long eight() throws BadRecord {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | octet();
        }
        return value;
    }

    private long near(long base) throws BadRecord {
        long coded = number();
        return base + (coded >>> 1 ^ -(coded & 1));
    }

    private long epoch() throws BadRecord {
        return near(baseEpoch);
    }

    private long id() throws BadRecord {
        return near(baseId);
    }

    /// Reads a length and steps over as many bytes.
    ///
    /// @return the length; the bytes end at the present place
    private int stretch() throws BadRecord {
        long length = number();
        if (length < 0 || length > end - at) {
            throw new BadRecord("a length of " + length + " bytes where " + (end - at) + " are left");
        }
        at += (int) length;
        return (int) length;
    }

    private String text() throws BadRecord {
        int length = stretch();
        return new String(src, at - length, length, StandardCharsets.UTF_8);
    }

    private byte[] octets() throws BadRecord {
        int length = stretch();
        return Arrays.copyOfRange(src, at - length, at);
    }

    private TopicName topic() throws BadRecord {
        int length = stretch();
        try {
            return topics.of(src, at - length, length);
        } catch (IllegalArgumentException e) {
            throw new BadRecord("a topic that is none: " + e.getMessage(), e);
        }
    }

    private Properties properties() throws BadRecord {
        int length = stretch();
        try {
            return Properties.ofEncoded(src, at - length, length);
        } catch (IllegalArgumentException e) {
            throw new BadRecord("properties that are none: " + e.getMessage(), e);
        }
    }

    private Owner owner(int flags) throws BadRecord {
        if ((flags & RecordType.OWNER_PLACED) == RecordType.OWNER_PLACED) {
            return Owner.at(text());
        }
        if ((flags & RecordType.OWNER_NAMED) != 0) {
            return Owner.of(text());
        }
        return (flags & RecordType.OWNER_ANONYMOUS) == 0 ? null : Owner.of(null);
    }

    private Will will(int flags) throws BadRecord {
        if ((flags & RecordType.WILL_PRESENT) == 0) {
            return null;
        }
        TopicName topic = topic();
        byte[] payload = octets();
        Properties properties = properties();
        try {
            return new Will(topic, payload, flags & RecordType.WILL_QOS, (flags & RecordType.WILL_RETAIN) != 0,
                    properties);
        } catch (IllegalArgumentException e) {
            throw new BadRecord("a will that is none: " + e.getMessage(), e);
        }
    }

    private long transaction() throws BadRecord {
        return octet() == 0 ? 0 : id();
    }

    private long transaction(int flags) throws BadRecord {
        return (flags & RecordType.QUEUED_TRANSACTION) == 0 ? 0 : id();
    }

    private int[] identifiers(int flags) throws BadRecord {
        if ((flags & RecordType.QUEUED_IDENTIFIERS) == 0) {
            return null;
        }
        long count = number();
        if (count < 0 || count > end - at) {
            throw new BadRecord(count + " identifiers where " + (end - at) + " bytes are left");
        }
        int[] identifiers = new int[(int) count];
        for (int i = 0; i < identifiers.length; i++) {
            identifiers[i] = (int) number();
        }
        return identifiers;
    }

    private Message message(boolean wanted) throws BadRecord {
        int flags = octet();
        if (!wanted) {
            skipMessage(flags);
            return null;
        }
        int qos = flags & RecordType.MESSAGE_QOS;
        if (qos > 2) {
            throw new BadRecord("a message of QoS 3");
        }
        TopicName topic = topic();
        byte[] payload = octets();
        Properties properties = (flags & RecordType.MESSAGE_PROPERTIES) == 0 ? Properties.NONE : properties();
        long expiresAtMillis = (flags & RecordType.MESSAGE_EXPIRES) == 0 ? Message.NEVER : number();
        String publisherId = (flags & RecordType.MESSAGE_PUBLISHER) == 0 ? null : text();
        Message message = new Message(topic, payload, qos, (flags & RecordType.MESSAGE_RETAIN) != 0, properties,
                publisherId, expiresAtMillis);
        if ((flags & RecordType.MESSAGE_OWNER) != 0) {
            message.ownedBy((flags & RecordType.MESSAGE_OWNER_PLACE) != 0 ? Owner.at(text()) : Owner.of(text()));
        } else if ((flags & RecordType.MESSAGE_OWNER_PLACE) != 0) {
            message.ownedBy(Owner.of(null));
        }
        return message;
    }

    private void skipMessage(int flags) throws BadRecord {
        stretch();
        stretch();
        if ((flags & RecordType.MESSAGE_PROPERTIES) != 0) {
            stretch();
        }
        if ((flags & RecordType.MESSAGE_EXPIRES) != 0) {
            number();
        }
        if ((flags & RecordType.MESSAGE_PUBLISHER) != 0) {
            stretch();
        }
        if ((flags & RecordType.MESSAGE_OWNER) != 0) {
            stretch();
        }
    }

    private static final class BadRecord extends Exception {

        private static final long serialVersionUID = 1;

        BadRecord(String message) {
            super(message);
        }

        BadRecord(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
