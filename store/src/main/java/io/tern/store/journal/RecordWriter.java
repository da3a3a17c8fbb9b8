package io.tern.store.journal;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Gives records their bytes, one behind the other in a buffer that grows. [RecordType] says what each consists of.
///
/// For one thread. Allocates only when the buffer grows, and for texts that are given as a String.
public final class RecordWriter implements JournalRecords {

    /// The most that one buffer takes, in bytes.
    public static final int MAX_BYTES = 1 << 30;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final int FIRST_BYTES = 8 * 1024;
    private static final int PARTITION_AT = 1;
    private static final int TERM_AT = PARTITION_AT + 4;
    private static final int NUMBER_AT = TERM_AT + 8;
    private static final int EPOCH_AT = NUMBER_AT + 8;
    private static final int ID_AT = EPOCH_AT + 8;
    private static final int CHUNK_BYTES = ID_AT + 8;

    /// More than the fixed part of any record and a chunk's header before it.
    private static final int FIXED_BYTES = 128;

    private byte[] buffer = new byte[FIRST_BYTES];
    private int end;
    private long baseEpoch;
    private long baseId;
    private long lastEpoch;
    private long lastId;

    /// An empty one.
    public RecordWriter() {}

    /// The records written since [#clear].
    ///
    /// @return the buffer itself; valid from 0 to [#length], until the next record
    public byte[] bytes() {
        return buffer;
    }

    /// How many bytes have been written.
    ///
    /// @return 0 if there is no record
    public int length() {
        return end;
    }

    /// Begins anew, and lets a buffer go that is larger than it should be kept.
    ///
    /// @param keepBytes largest buffer to keep
    public void clear(int keepBytes) {
        end = 0;
        if (buffer.length > keepBytes) {
            buffer = new byte[FIRST_BYTES];
        }
    }

    /// Takes the end back to where a record began, or to where they were moved together.
    void truncate(int newEnd) {
        assert newEnd <= end : newEnd;
        end = newEnd;
    }

    /// What fits in without growing.
    int room() {
        return buffer.length - end;
    }

    /// Where the first record of an empty buffer will begin.
    static int firstStart() {
        return CHUNK_BYTES;
    }

    /// About the most that a message takes.
    static long bytesOf(Message message) {
        return (long) FIXED_BYTES
                + message.topic().utf8().length
                + message.payload().length
                + message.properties().encoded().length;
    }

    private void begin(int type, long epoch, long variableBytes) {
        ensure(FIXED_BYTES + variableBytes);
        if (epoch != 0) {
            lastEpoch = epoch;
        }
        if (end == 0) {
            baseEpoch = lastEpoch;
            baseId = lastId;
            buffer[0] = RecordType.CHUNK;
            Arrays.fill(buffer, PARTITION_AT, EPOCH_AT, (byte) 0);
            LONGS.set(buffer, EPOCH_AT, baseEpoch);
            LONGS.set(buffer, ID_AT, baseId);
            end = CHUNK_BYTES;
        }
        buffer[end++] = (byte) type;
        if (epoch != 0) {
            near(epoch - baseEpoch);
        }
    }

    private void ensure(long bytes) {
        if (bytes > buffer.length - end) {
            long needed = end + bytes;
            if (needed > MAX_BYTES) {
                throw new IllegalStateException("more than " + MAX_BYTES + " bytes wait for the journal");
            }
            buffer = Arrays.copyOf(buffer, (int) Math.min(MAX_BYTES, Math.max(needed, 2L * buffer.length)));
        }
    }

    private void number(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            buffer[end++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[end++] = (byte) rest;
    }

    private void near(long difference) {
        number(difference << 1 ^ difference >> 63);
    }

    private void id(long id) {
        lastId = id;
        near(id - baseId);
    }

    private void octets(byte[] bytes) {
        number(bytes.length);
        System.arraycopy(bytes, 0, buffer, end, bytes.length);
        end += bytes.length;
    }

    /// @param owner its name, or null
    /// @param anonymous the flag for an owner without a name, or 0
    private void message(Message message, byte[] publisher, byte[] owner, int anonymous) {
        int named = owner == null ? anonymous : message.owner().userName() != null ? RecordType.MESSAGE_OWNER
                : RecordType.MESSAGE_OWNER | RecordType.MESSAGE_OWNER_PLACE;
        buffer[end++] = (byte) (named | message.qos()
                | (message.retain() ? RecordType.MESSAGE_RETAIN : 0)
                | (message.properties().isEmpty() ? 0 : RecordType.MESSAGE_PROPERTIES)
                | (message.expiresAtMillis() == Message.NEVER ? 0 : RecordType.MESSAGE_EXPIRES)
                | (publisher == null ? 0 : RecordType.MESSAGE_PUBLISHER));
        octets(message.topic().utf8());
        octets(message.payload());
        if (!message.properties().isEmpty()) {
            octets(message.properties().encoded());
        }
        if (message.expiresAtMillis() != Message.NEVER) {
            number(message.expiresAtMillis());
        }
        if (publisher != null) {
            octets(publisher);
        }
        if (owner != null) {
            octets(owner);
        }
    }

    private static byte[] encode(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void sessionOpened(long epoch, String clientId, Owner owner, long expirySeconds, Will will) {
        byte[] id = encode(clientId);
        byte[] name = name(owner);
        long willBytes = will == null ? 0
                : will.topic().utf8().length + will.payload().length + will.properties().encoded().length;
        begin(RecordType.SESSION_OPENED, epoch, id.length + (name == null ? 0 : name.length) + willBytes);
        octets(id);
        number(expirySeconds);
        buffer[end++] = (byte) (ownerFlags(owner) | willFlags(will));
        if (name != null) {
            octets(name);
        }
        if (will != null) {
            octets(will.topic().utf8());
            octets(will.payload());
            octets(will.properties().encoded());
        }
    }

    private static int ownerFlags(Owner owner) {
        if (owner == null) {
            return 0;
        }
        if (owner.userName() != null) {
            return RecordType.OWNER_NAMED;
        }
        return owner.place() == null ? RecordType.OWNER_ANONYMOUS : RecordType.OWNER_PLACED;
    }

    /// @return null if it has none
    private static byte[] name(Owner owner) {
        if (owner == null || !owner.isKnown()) {
            return null;
        }
        return encode(owner.userName() == null ? owner.place() : owner.userName());
    }

    private static int willFlags(Will will) {
        if (will == null) {
            return 0;
        }
        return RecordType.WILL_PRESENT | will.qos() | (will.retain() ? RecordType.WILL_RETAIN : 0);
    }

    @Override
    public void sessionLeft(long epoch, long atMillis, long expirySeconds, boolean willOwed, long sentEnd) {
        begin(RecordType.SESSION_LEFT, epoch, 0);
        number(atMillis);
        number(expirySeconds);
        buffer[end++] = (byte) ((willOwed ? RecordType.LEFT_WILL_OWED : 0)
                | (sentEnd == SENT_UNKNOWN ? 0 : RecordType.LEFT_SENT_END));
        if (sentEnd != SENT_UNKNOWN) {
            number(sentEnd);
        }
    }

    @Override
    public void mayBeSent(long epoch, long mayEnd, long looseFirst, long looseEnd) {
        begin(RecordType.MAY_BE_SENT, epoch, 0);
        number(mayEnd);
        number(looseFirst);
        number(looseEnd);
    }

    @Override
    public void willGone(long epoch) {
        begin(RecordType.WILL_GONE, epoch, 0);
    }

    @Override
    public void sessionEnded(long epoch) {
        begin(RecordType.SESSION_ENDED, epoch, 0);
    }

    @Override
    public void groupOpened(long epoch, String filter) {
        byte[] text = encode(filter);
        begin(RecordType.GROUP_OPENED, epoch, text.length);
        octets(text);
    }

    @Override
    public void groupEnded(long epoch) {
        begin(RecordType.GROUP_ENDED, epoch, 0);
    }

    @Override
    public void delayedOpened(long epoch) {
        begin(RecordType.DELAYED_OPENED, epoch, 0);
    }

    @Override
    public void delayedEnded(long epoch) {
        begin(RecordType.DELAYED_ENDED, epoch, 0);
    }

    @Override
    public void delayed(long epoch, long sequence, Message message, long transaction) {
        byte[] publisher = publisher(message);
        byte[] owner = name(message.owner());
        begin(RecordType.DELAYED, epoch, bytesOf(message) + bytesOf(publisher) + bytesOf(owner));
        number(sequence);
        transaction(transaction);
        boolean anonymous = message.owner() != null && owner == null;
        message(message, publisher, owner, anonymous ? RecordType.MESSAGE_OWNER_PLACE : 0);
    }

    private static byte[] publisher(Message message) {
        return message.publisherId() == null ? null : encode(message.publisherId());
    }

    private static int bytesOf(byte[] text) {
        return text == null ? 0 : text.length;
    }

    private void transaction(long transaction) {
        if (transaction == 0) {
            buffer[end++] = 0;
        } else {
            buffer[end++] = 1;
            id(transaction);
        }
    }

    @Override
    public void subscribed(long epoch, String filter, int options, int identifier) {
        byte[] text = encode(filter);
        begin(RecordType.SUBSCRIBED, epoch, text.length);
        octets(text);
        buffer[end++] = (byte) options;
        number(identifier);
    }

    @Override
    public void unsubscribed(long epoch, String filter) {
        byte[] text = encode(filter);
        begin(RecordType.UNSUBSCRIBED, epoch, text.length);
        octets(text);
    }

    @Override
    public void queued(
            long epoch, long sequence, Message message, int qos, boolean retain, int[] identifiers, long transaction) {
        begin(RecordType.QUEUED, epoch, bytesOf(message) + identifiersBytes(identifiers));
        number(sequence);
        buffer[end++] = queuedFlags(qos, retain, identifiers, transaction);
        queuedExtras(identifiers, transaction);
        message(message, null, null, 0);
    }

    @Override
    public void body(long id, Message message) {
        lastId = id;
        begin(RecordType.BODY, 0, bytesOf(message));
        id(id);
        message(message, null, null, 0);
    }

    @Override
    public void queuedShared(
            long epoch, long sequence, long bodyId, int qos, boolean retain, int[] identifiers, long transaction) {
        lastId = bodyId;
        begin(RecordType.QUEUED_SHARED, epoch, identifiersBytes(identifiers));
        number(sequence);
        buffer[end++] = queuedFlags(qos, retain, identifiers, transaction);
        id(bodyId);
        queuedExtras(identifiers, transaction);
    }

    private static long identifiersBytes(int[] identifiers) {
        return identifiers == null ? 0 : 5L * identifiers.length;
    }

    private static byte queuedFlags(int qos, boolean retain, int[] identifiers, long transaction) {
        return (byte) (qos
                | (retain ? RecordType.QUEUED_RETAIN : 0)
                | (identifiers == null ? 0 : RecordType.QUEUED_IDENTIFIERS)
                | (transaction == 0 ? 0 : RecordType.QUEUED_TRANSACTION));
    }

    private void queuedExtras(int[] identifiers, long transaction) {
        if (transaction != 0) {
            id(transaction);
        }
        if (identifiers != null) {
            number(identifiers.length);
            for (int each : identifiers) {
                number(each);
            }
        }
    }

    @Override
    public void received(long epoch, long sequence) {
        begin(RecordType.RECEIVED, epoch, 0);
        number(sequence);
    }

    @Override
    public void settled(long epoch, long sequence) {
        begin(RecordType.SETTLED, epoch, 0);
        number(sequence);
        buffer[end++] = 0;
    }

    @Override
    public void settledRange(long epoch, long first, int count) {
        assert count > 0 && count <= 256 : count;
        settled(epoch, first);
        buffer[end - 1] = (byte) (count - 1);
    }

    /// Lets a settled record stand for one more message, that behind its last.
    ///
    /// @param recordEnd where it ends in [#bytes]
    /// @return false if it is full
    boolean extendSettled(int recordEnd) {
        if (buffer[recordEnd - 1] == (byte) 0xFF) {
            return false;
        }
        buffer[recordEnd - 1]++;
        return true;
    }

    @Override
    public void inboundOpened(long epoch, int packetId, long transaction) {
        begin(RecordType.INBOUND_OPENED, epoch, 0);
        number(packetId);
        transaction(transaction);
    }

    @Override
    public void inboundReleased(long epoch, int packetId) {
        begin(RecordType.INBOUND_RELEASED, epoch, 0);
        number(packetId);
    }

    @Override
    public void committed(long transaction) {
        begin(RecordType.COMMITTED, 0, 0);
        id(transaction);
    }

    @Override
    public void retainedSet(Message message, long sequence) {
        byte[] publisher = publisher(message);
        byte[] owner = name(message.owner());
        begin(RecordType.RETAINED_SET, 0, bytesOf(message) + bytesOf(publisher) + bytesOf(owner));
        number(sequence);
        message(message, publisher, owner, 0);
    }

    @Override
    public void retainedCleared(TopicName topic, long sequence) {
        begin(RecordType.RETAINED_CLEARED, 0, topic.utf8().length);
        number(sequence);
        octets(topic.utf8());
    }
}
