package io.tern.api;

/// What a transport tells the broker about one [Connection]; each call is on the thread of the connection's loop.
///
/// The broker throws nothing from these: a bug in handling one connection ends that connection only.
public interface ConnectionHandler {

    /// Bytes have arrived. They are read in place: the array belongs to the transport again when this returns.
    ///
    /// @param src where the bytes are
    /// @param offset of the first
    /// @param length bytes, at least 1
    void onBytes(byte[] src, int offset, int length);

    /// The pending bytes had reached [Connection#HIGH_WATER_BYTES] and have fallen below half of it.
    void onWritable();

    /// The network has taken bytes that it hadn't taken when they were flushed: there are fewer pending now.
    void onSent();

    /// The connection is closed, for whatever reason. Called exactly once, the last call for this connection.
    ///
    /// @param cause why, or null when either side closed it in the ordinary way
    void onClosed(Throwable cause);
}
