package io.tern.store.archive;

import io.tern.store.table.DamagedTableException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// What stands under which key. The first byte is the kind, numbers are in [ByteWriter#ordered] form, so that what is
/// walked over together stands together.
///
/// | key | value |
/// | --- | --- |
/// | `m` `format` | which form of all this it is, and what wrote it |
/// | `m` `position` | the frame that will be applied next; highest epoch, id, retained sequence there were |
/// | `s` epoch 0 | client id, owner, expiry, see [SessionHead] |
/// | `s` epoch 1 | when it lost its connection, and what was sent by then; not there if it is connected |
/// | `s` epoch 2 | its will; not there if none is owed |
/// | `s` epoch 3 | its queue's bounds, see [Bounds] |
/// | `s` epoch 4 packet id | open for a message of QoS 2; no value |
/// | `s` epoch 5 filter | a subscription, with its place in the order |
/// | `s` epoch 6 | shared filter: this is the queue of a group, and has no part but this and its bounds |
/// | `s` epoch 7 | the end of what may be sent; of no meaning if it has lost its connection |
/// | `s` epoch 8 | first and end of what may be sent without an entry; not there if nothing may |
/// | `s` epoch 9 | this is a queue of delayed messages, and has no part but this and its bounds; no value |
/// | `q` epoch sequence | an entry of a queue, see [Entries] |
/// | `b` id | a body that queue entries share, with the frame that brought it |
/// | `f` id epoch sequence | that entry refers to that body; no value |
/// | `g` id | that body may have lost its last reference; no value |
/// | `r` topic | the retained message, or that it was cleared and when |
/// | `x` frame topic | that topic was cleared in that frame; no value |
/// | `t` transaction kind epoch sequence | a queue entry, or an inbound packet id, that waits for its commit |
/// | `e` epoch | the session has ended, and its queue is being cleared away from this sequence on |
final class Keys {

    static final byte META = 'm';
    static final byte SESSION = 's';
    static final byte QUEUE = 'q';
    static final byte BODY = 'b';
    static final byte REFERENCE = 'f';
    static final byte SUSPECT = 'g';
    static final byte RETAINED = 'r';
    static final byte CLEARED = 'x';
    static final byte PENDING = 't';
    static final byte ENDED = 'e';

    static final int HEAD = 0;
    static final int LEFT = 1;
    static final int WILL = 2;
    static final int BOUNDS = 3;
    static final int INBOUND = 4;
    static final int SUBSCRIPTION = 5;
    static final int GROUP = 6;
    static final int SENDABLE = 7;
    static final int LOOSE = 8;
    static final int DELAYED = 9;
    static final int LAST_PART = DELAYED;

    static final int PENDING_QUEUED = 0;
    static final int PENDING_INBOUND = 1;

    private Keys() {}

    private static ByteWriter key(byte kind) {
        return new ByteWriter(24).octet(kind);
    }

    static byte[] kind(byte kind) {
        return new byte[] {kind};
    }

    static byte[] meta(String name) {
        return key(META).raw(name.getBytes(StandardCharsets.US_ASCII)).copy();
    }

    static byte[] session(long epoch) {
        return key(SESSION).ordered(epoch).copy();
    }

    static byte[] session(long epoch, int part) {
        return key(SESSION).ordered(epoch).octet(part).copy();
    }

    static byte[] inbound(long epoch, int packetId) {
        return key(SESSION).ordered(epoch).octet(INBOUND).octet(packetId >> 8).octet(packetId).copy();
    }

    static byte[] subscription(long epoch, String filter) {
        return key(SESSION).ordered(epoch).octet(SUBSCRIPTION).raw(filter.getBytes(StandardCharsets.UTF_8)).copy();
    }

    static byte[] queue(long epoch) {
        return key(QUEUE).ordered(epoch).copy();
    }

    static byte[] queue(long epoch, long sequence) {
        return key(QUEUE).ordered(epoch).ordered(sequence).copy();
    }

    static byte[] body(long id) {
        return key(BODY).ordered(id).copy();
    }

    static byte[] references(long id) {
        return key(REFERENCE).ordered(id).copy();
    }

    static byte[] reference(long id, long epoch, long sequence) {
        return key(REFERENCE).ordered(id).ordered(epoch).ordered(sequence).copy();
    }

    static byte[] suspect(long id) {
        return key(SUSPECT).ordered(id).copy();
    }

    static byte[] retained(byte[] topicUtf8) {
        return key(RETAINED).raw(topicUtf8).copy();
    }

    static byte[] cleared(long frame) {
        return key(CLEARED).ordered(frame).copy();
    }

    static byte[] cleared(long frame, byte[] topicUtf8) {
        return key(CLEARED).ordered(frame).raw(topicUtf8).copy();
    }

    static byte[] pending(long transaction) {
        return key(PENDING).ordered(transaction).copy();
    }

    static byte[] pending(long transaction, int kind, long epoch, long place) {
        return key(PENDING).ordered(transaction).octet(kind).ordered(epoch).ordered(place).copy();
    }

    static byte[] ended(long epoch) {
        return key(ENDED).ordered(epoch).copy();
    }

    /// The end of the range of all keys that begin with a prefix.
    static byte[] after(byte[] prefix) {
        int last = prefix.length - 1;
        while (prefix[last] == -1) {
            last--;
        }
        byte[] end = Arrays.copyOf(prefix, last + 1);
        end[last]++;
        return end;
    }

    /// Reads a key's parts behind its kind.
    static ByteReader read(byte[] key) {
        return new ByteReader(key, key, 1);
    }

    /// A key in words, for messages to an operator.
    static String describe(byte[] key) {
        if (key.length == 0) {
            return "key without bytes";
        }
        ByteReader parts = new ByteReader(null, key, 1);
        try {
            return switch (key[0]) {
                case META -> "setting '" + text(key, 1) + "'";
                case SESSION -> {
                    long epoch = parts.ordered();
                    yield part(parts.octet()) + " of session " + epoch;
                }
                case QUEUE -> "queue entry of session " + parts.ordered() + " at " + parts.ordered();
                case BODY -> "shared message " + parts.ordered();
                case REFERENCE -> "reference to shared message " + parts.ordered();
                case SUSPECT -> "mark on shared message " + parts.ordered();
                case RETAINED -> "retained message of '" + text(key, 1) + "'";
                case CLEARED -> "mark of a cleared retained message";
                case PENDING -> "part of transaction " + parts.ordered();
                case ENDED -> "mark on ended session " + parts.ordered();
                default -> "key " + HexFormat.of().formatHex(key);
            };
        } catch (DamagedTableException e) {
            return "key " + HexFormat.of().formatHex(key);
        }
    }

    private static String part(int part) {
        return switch (part) {
            case HEAD -> "head";
            case LEFT -> "last connection";
            case WILL -> "will";
            case BOUNDS -> "queue bounds";
            case INBOUND -> "inbound packet identifier";
            case SUBSCRIPTION -> "subscription";
            case GROUP -> "group";
            case SENDABLE, LOOSE -> "bounds of what may be sent";
            case DELAYED -> "mark on delayed messages";
            default -> "part " + part;
        };
    }

    private static String text(byte[] key, int offset) {
        return new String(key, offset, key.length - offset, StandardCharsets.UTF_8);
    }
}
