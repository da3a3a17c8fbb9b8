package io.tern.engine.queue;

import io.tern.api.Message;
import io.tern.wire.Connect;
import io.tern.wire.Publish;
import io.tern.wire.Utf8;
import io.tern.wire.Will;

/// The memory that all clients of a server share: who keeps something for one of them says so here, in bytes.
///
/// The bounds of single clients don't add up to a bound, since there may be any number of them. So each queue may hold
/// [#roomBytes] at most, a part of what is left: the more is held in all, the less each may hold, and the sum stays
/// below the limit however many there are. A queue with more than its part drops its oldest messages. The last quarter
/// is for clients who are connected.
public interface Memory {

    /// What a message's place in a queue takes, besides the message itself.
    int PLACE_BYTES = 32;

    /// The objects that make a PUBLISH packet, besides its topic and what it says.
    int PUBLISH_OBJECTS_BYTES = 170;

    /// The objects that make a CONNECT packet, and what is known of its client, besides what it says.
    int CONNECT_OBJECTS_BYTES = 250;

    /// The objects that make a will, besides what it says.
    int WILL_OBJECTS_BYTES = 80;

    /// Holds more, or less again.
    ///
    /// @param bytes to be held from now on; negative for bytes that are let go
    void add(long bytes);

    /// How much one queue may hold at this moment.
    ///
    /// @param connected whether there is somebody to send to
    /// @return half of what is left, at least 0
    long roomBytes(boolean connected);

    /// A queue takes a message in. The message itself counts once, however many queues of this shard hold it.
    ///
    /// @param message to be held
    default void hold(Message message) {
        add(PLACE_BYTES + (message.hold(this) ? message.costBytes() : 0));
    }

    /// A queue lets go of a message that it held.
    ///
    /// @param message from [#hold]
    default void letGo(Message message) {
        add(-PLACE_BYTES - (message.letGo(this) ? message.costBytes() : 0));
    }

    /// What a will takes.
    ///
    /// @param will or null
    /// @return bytes, 0 for null
    static long bytesOf(Will will) {
        return will == null
                ? 0
                : WILL_OBJECTS_BYTES
                        + will.topic().memoryBytes()
                        + will.payload().length
                        + will.properties().encoded().length;
    }

    /// What a PUBLISH packet takes that waits.
    ///
    /// @param publish with its topic
    /// @return bytes
    static long bytesOf(Publish publish) {
        return (long) PUBLISH_OBJECTS_BYTES
                + publish.topic().memoryBytes()
                + publish.payload().length
                + publish.properties().encoded().length;
    }

    /// What a CONNECT packet takes that waits.
    ///
    /// @param connect its strings are kept in characters, once more in what is known of the client
    /// @return bytes
    static long bytesOf(Connect connect) {
        long passwordBytes = connect.password() == null ? 0 : connect.password().length;
        long userNameBytes = connect.userName() == null ? 0 : Utf8.memoryBytes(connect.userName());
        return CONNECT_OBJECTS_BYTES
                + Utf8.memoryBytes(connect.clientId())
                + userNameBytes
                + passwordBytes
                + connect.properties().encoded().length
                + bytesOf(connect.will());
    }

    /// Messages wait on disk only, and take no memory: for who counts them.
    ///
    /// @param bytes about what they take, more than before; negative for less
    default void spilled(long bytes) {}
}
