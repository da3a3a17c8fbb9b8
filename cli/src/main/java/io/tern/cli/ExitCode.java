package io.tern.cli;

/// The exit codes that scripts know from mosquitto's tools. A refused connection exits with the code of its CONNACK
/// instead: 1 to 5 in 3.x, 128 and above in 5.0.
final class ExitCode {

    static final int OK = 0;
    /// Anything without a code of its own: wrong arguments, unreachable server.
    static final int FAILED = 1;
    /// The server broke the protocol.
    static final int PROTOCOL = 2;
    /// The server sent us away before the work was done.
    static final int NOT_CONNECTED = 4;
    /// The connection was lost before the work was done.
    static final int CONNECTION_LOST = 7;
    /// TLS could not be agreed on.
    static final int TLS = 8;
    /// `-W` ran out.
    static final int TIMED_OUT = 27;

    private ExitCode() { }
}
