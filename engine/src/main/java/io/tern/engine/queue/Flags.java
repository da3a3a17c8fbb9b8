package io.tern.engine.queue;

/// Bits of what a queue knows of a message besides the message itself. [Sent] has more of its own.
public final class Flags {

    /// Its quality of service.
    public static final int QOS = 0x03;
    /// The RETAIN flag to send.
    public static final int RETAIN = 0x04;
    /// It stands in the journal.
    public static final int RECORDED = 0x08;
    /// It must not be sent yet, nor anything behind it.
    static final int HELD = 0x40;

    private Flags() {}
}
