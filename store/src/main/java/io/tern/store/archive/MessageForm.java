package io.tern.store.archive;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.store.table.DamagedTableException;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.nio.charset.StandardCharsets;

/// The bytes of a message and of a will: a byte of flags, the parts that the flags name, the payload as what is left.
final class MessageForm {

    private static final int QOS = 3;
    private static final int RETAIN = 4;
    private static final int PROPERTIES = 8;
    private static final int PUBLISHER = 16;
    private static final int EXPIRES = 32;
    /// Of a retained or delayed message: its owner's user name; or, with the other flag, the place. The other flag
    /// alone stands for an owner of which neither is known.
    private static final int OWNER = 64;
    private static final int PLACE = 128;

    private MessageForm() {}

    static void write(Message message, ByteWriter out) {
        byte[] properties = message.properties().encoded();
        String publisher = message.publisherId();
        long expires = message.expiresAtMillis();
        Owner owner = message.owner();
        out.octet(message.qos()
                | (message.retain() ? RETAIN : 0)
                | (properties.length > 0 ? PROPERTIES : 0)
                | (publisher != null ? PUBLISHER : 0)
                | (expires != Message.NEVER ? EXPIRES : 0)
                | ownerFlags(owner));
        out.block(message.topic().utf8());
        if (properties.length > 0) {
            out.block(properties);
        }
        if (publisher != null) {
            out.block(publisher.getBytes(StandardCharsets.UTF_8));
        }
        if (expires != Message.NEVER) {
            out.varint(expires);
        }
        if (owner != null && owner.isKnown()) {
            out.text(owner.userName() != null ? owner.userName() : owner.place());
        }
        out.raw(message.payload());
    }

    private static int ownerFlags(Owner owner) {
        if (owner == null) {
            return 0;
        }
        if (!owner.isKnown()) {
            return PLACE;
        }
        return owner.userName() != null ? OWNER : OWNER | PLACE;
    }

    private static Owner owner(int flags, ByteReader in) throws DamagedTableException {
        if ((flags & OWNER) == 0) {
            return (flags & PLACE) == 0 ? null : Owner.of(null);
        }
        return (flags & PLACE) != 0 ? Owner.at(in.text()) : Owner.of(in.text());
    }

    static Message read(ByteReader in) throws DamagedTableException {
        int flags = in.octet();
        TopicName topic = topic(in);
        Properties properties = (flags & PROPERTIES) == 0 ? Properties.NONE : properties(in);
        String publisher = (flags & PUBLISHER) == 0 ? null : in.text();
        long expires = (flags & EXPIRES) == 0 ? Message.NEVER : in.varint();
        Owner owner = owner(flags, in);
        return new Message(topic, in.rest(), qos(flags, in), (flags & RETAIN) != 0, properties, publisher, expires)
                .ownedBy(owner);
    }

    /// What is known of a message without reading it.
    ///
    /// @param qos 0 to 2
    /// @param owner as [Message#owner()]
    /// @param costBytes as [Message#costBytes()]
    record Outline(int qos, boolean retain, Owner owner, long expiresAtMillis, int costBytes) {}

    static Outline readOutline(ByteReader in) throws DamagedTableException {
        int flags = in.octet();
        TopicName topic = topic(in);
        int propertiesBytes = (flags & PROPERTIES) == 0 ? 0 : in.skipBlock();
        String publisher = (flags & PUBLISHER) == 0 ? null : in.text();
        long expires = (flags & EXPIRES) == 0 ? Message.NEVER : in.varint();
        Owner owner = owner(flags, in);
        int costBytes = Message.costBytes(topic, in.left(), propertiesBytes, publisher);
        return new Outline(qos(flags, in), (flags & RETAIN) != 0, owner, expires, costBytes);
    }

    static void write(Will will, ByteWriter out) {
        byte[] properties = will.properties().encoded();
        out.octet(will.qos() | (will.retain() ? RETAIN : 0) | (properties.length > 0 ? PROPERTIES : 0));
        out.block(will.topic().utf8());
        if (properties.length > 0) {
            out.block(properties);
        }
        out.raw(will.payload());
    }

    static Will readWill(ByteReader in) throws DamagedTableException {
        int flags = in.octet();
        TopicName topic = topic(in);
        Properties properties = (flags & PROPERTIES) == 0 ? Properties.NONE : properties(in);
        try {
            return new Will(topic, in.rest(), qos(flags, in), (flags & RETAIN) != 0, properties);
        } catch (IllegalArgumentException e) {
            throw in.damaged(e.getMessage());
        }
    }

    static int qos(int flags, ByteReader in) throws DamagedTableException {
        if ((flags & QOS) > 2) {
            throw in.damaged("QoS 3");
        }
        return flags & QOS;
    }

    static TopicName topic(ByteReader in) throws DamagedTableException {
        byte[] utf8 = in.block();
        try {
            return TopicName.ofUtf8(utf8, 0, utf8.length);
        } catch (IllegalArgumentException e) {
            throw in.damaged(e.getMessage());
        }
    }

    private static Properties properties(ByteReader in) throws DamagedTableException {
        byte[] encoded = in.block();
        try {
            return Properties.ofEncoded(encoded, 0, encoded.length);
        } catch (IllegalArgumentException e) {
            throw in.damaged(e.getMessage());
        }
    }
}
