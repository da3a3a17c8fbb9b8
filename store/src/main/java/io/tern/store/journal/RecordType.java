package io.tern.store.journal;

/// The first byte of each record. Part of the format on disk: a number never changes its meaning.
///
/// Numbers are varints (seven bits a byte, lowest first); an epoch or an id is the zigzag difference to the base that
/// [#CHUNK] gave, so that each record can be left out without touching another. A text is its length and its bytes.
///
/// The type alone says what a record speaks of. Histories will have types of their own.
final class RecordType {

    /// Base epoch and base id, eight bytes each. First in each chunk of formats 1 and 2, not written any more.
    static final int BASE = 1;
    /// Epoch, client id, expiry seconds, a flags byte, and what it names: the owner's user name or place; the will's
    /// topic, payload and properties.
    static final int SESSION_OPENED = 2;
    /// Epoch, milliseconds, expiry seconds, a flags byte, and the end of what was sent if that says so.
    static final int SESSION_LEFT = 3;
    /// Epoch.
    static final int WILL_GONE = 4;
    /// Epoch.
    static final int SESSION_ENDED = 5;
    /// Epoch, filter, options byte, identifier.
    static final int SUBSCRIBED = 6;
    /// Epoch, filter.
    static final int UNSUBSCRIBED = 7;
    /// Epoch, sequence, flags byte, transaction id and identifiers if the flags say so, message.
    static final int QUEUED = 8;
    /// Id, message.
    static final int BODY = 9;
    /// Epoch, sequence, flags byte, body id, transaction id and identifiers if the flags say so.
    static final int QUEUED_SHARED = 10;
    /// Epoch, sequence.
    static final int RECEIVED = 11;
    /// Epoch, sequence of the first, and in one byte how many more.
    static final int SETTLED = 12;
    /// Epoch, packet id, transaction id or 0.
    static final int INBOUND_OPENED = 13;
    /// Epoch, packet id.
    static final int INBOUND_RELEASED = 14;
    /// Id.
    static final int COMMITTED = 15;
    /// Sequence, message.
    static final int RETAINED_SET = 16;
    /// Sequence, topic.
    static final int RETAINED_CLEARED = 17;

    /// Epoch, filter.
    static final int GROUP_OPENED = 18;
    /// Epoch.
    static final int GROUP_ENDED = 19;
    /// First in each chunk: partition in four bytes; term and number in it, base epoch and base id, in eight each.
    /// Partition, term and number are 0 in what one machine keeps for itself.
    static final int CHUNK = 20;

    /// Epoch, the end of what may be sent, the first of what may be sent without a record, and the end of that.
    static final int MAY_BE_SENT = 21;

    /// Epoch.
    static final int DELAYED_OPENED = 22;
    /// Epoch.
    static final int DELAYED_ENDED = 23;
    /// Epoch, sequence, transaction id or 0, message.
    static final int DELAYED = 24;

    /// Flags of a queued record: its QoS in two bits.
    static final int QUEUED_QOS = 3;
    static final int QUEUED_RETAIN = 4;
    static final int QUEUED_IDENTIFIERS = 8;
    static final int QUEUED_TRANSACTION = 16;

    /// Flags of a message: its QoS in two bits; then topic, payload, and what the flags name.
    static final int MESSAGE_QOS = 3;
    static final int MESSAGE_RETAIN = 4;
    static final int MESSAGE_PROPERTIES = 8;
    static final int MESSAGE_EXPIRES = 16;
    static final int MESSAGE_PUBLISHER = 32;
    /// Of a retained or delayed message: its owner's user name, or with the other flag the place. Not known in formats
    /// 1 to 3. The other flag alone, of a delayed message: a client's of which neither is known.
    static final int MESSAGE_OWNER = 64;
    static final int MESSAGE_OWNER_PLACE = 128;

    /// Flags of a session that left: its will is owed; the end of what was sent is known, as it is not in format 1.
    static final int LEFT_WILL_OWED = 1;
    static final int LEFT_SENT_END = 2;

    /// Flags of an opened session: there is a will, and its QoS in two bits.
    static final int WILL_PRESENT = 4;
    static final int WILL_QOS = 3;
    static final int WILL_RETAIN = 8;

    /// Whose it is: a client's without a user name, or one's with; both for one without of which the place is known, as
    /// it is not in formats 1 to 3. Neither, as in format 1: that isn't known.
    static final int OWNER_ANONYMOUS = 16;
    static final int OWNER_NAMED = 32;
    static final int OWNER_PLACED = OWNER_ANONYMOUS | OWNER_NAMED;

    private static final String[] NAMES = {
        null, "base", "session_opened", "session_left", "will_gone", "session_ended", "subscribed", "unsubscribed",
        "queued", "body", "queued_shared", "received", "settled", "inbound_opened", "inbound_released", "committed",
        "retained_set", "retained_cleared", "group_opened", "group_ended", "chunk",
        "may_be_sent", "delayed_opened", "delayed_ended", "delayed"
    };

    /// One more than the highest type.
    static final int LIMIT = NAMES.length;

    private RecordType() {
    }

    static String name(int type) {
        return NAMES[type];
    }

    /// Whether a record only lets go of something, or is needed for that, and so may use the last free segments.
    static boolean ends(int type) {
        return switch (type) {
            case SETTLED, SESSION_LEFT, WILL_GONE, SESSION_ENDED, UNSUBSCRIBED, RECEIVED, INBOUND_RELEASED,
                    RETAINED_CLEARED, COMMITTED, GROUP_ENDED, MAY_BE_SENT, DELAYED_ENDED -> true;
            default -> false;
        };
    }

    /// Whether nobody is owed anything by a record who would not know it without: that a message is settled frees its
    /// place, and that others may be sent is waited for apart.
    static boolean owesNothing(int type) {
        return type == SETTLED || type == MAY_BE_SENT;
    }
}
