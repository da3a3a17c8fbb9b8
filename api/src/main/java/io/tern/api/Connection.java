package io.tern.api;

/// One network connection, as the shard that owns it sees it: a transport has already done TLS and upgrades, and what
/// is left is a stream of MQTT bytes in each direction.
///
/// Every method is called on the thread of [#loop], except [#info].
public interface Connection {

    /// Where it comes from.
    ///
    /// @return facts that don't change while it is open
    ConnectionInfo info();

    /// The loop that owns it now.
    ///
    /// @return the loop, another one after [#move]
    Loop loop();

    /// Appends bytes to the output buffer; nothing is sent before [#flush]. The bytes are copied. After the connection
    /// closed they are dropped.
    ///
    /// @param src where the bytes are
    /// @param offset of the first
    /// @param length bytes, 0 or more
    /// @return false if [#outputBytes] is as it was, which is asked for at each packet
    boolean write(byte[] src, int offset, int length);

    /// Hands everything appended so far to the network, as one write. The shard calls it once a turn, and in between
    /// only when much has been appended.
    void flush();

    /// Bytes appended and not yet taken by the network.
    ///
    /// When this has been at or above [#HIGH_WATER_BYTES] and falls below half of it, the handler's
    /// [ConnectionHandler#onWritable] is called.
    ///
    /// @return bytes, 0 or more
    int pendingBytes();

    /// The memory that these take: pieces of it are seldom full.
    ///
    /// @return bytes, not less than [#pendingBytes]; that, where nobody counts pieces
    default int outputBytes() {
        return pendingBytes();
    }

    /// From this many pending bytes on, whoever writes is expected to hold back.
    int HIGH_WATER_BYTES = 256 * 1024;

    /// Stops or resumes reading. While stopped, at most the bytes of the read that is under way are still handed over.
    ///
    /// @param on true to read
    void reading(boolean on);

    /// Says whether it can still be written to.
    ///
    /// @return false once closed from either side
    boolean isOpen();

    /// Says whether its handler is still to hear from it: a peer that takes nothing any more may have said something
    /// before.
    ///
    /// @return as [#isOpen], and true as well if only writing has failed
    default boolean isHeard() {
        return isOpen();
    }

    /// Flushes, then closes once the pending bytes are out, or after five seconds at the latest. Reads no more.
    /// The handler's [ConnectionHandler#onClosed] follows later, once.
    void close();

    /// Closes at once, and gives back the memory of the output buffer before this returns: what is pending is lost. The
    /// handler's [ConnectionHandler#onClosed] follows later, once.
    void abort();

    /// Notes that the peer breaks the rules of what it speaks, for a transport that says at the end why it ends.
    default void peerErred() {}

    /// Moves the connection to another loop: stops reading, leaves this loop, joins the other, flushes what was
    /// appended before, and runs `arrived` there. The caller must not touch the connection until then. Reading stays
    /// off until the new owner calls [#reading]. A connection that breaks on the way still arrives, closed, and its
    /// handler is told with [ConnectionHandler#onClosed] on the new loop, after `arrived`.
    ///
    /// @param target the loop to move to
    /// @param arrived runs on the target's thread, once
    void move(Loop target, Runnable arrived);
}
