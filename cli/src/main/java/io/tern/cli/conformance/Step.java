package io.tern.cli.conformance;

import io.tern.wire.MqttVersion;
import java.util.Set;

/// One line of a case.
///
/// @param line number in its file, from 1
/// @param versions in which the line counts
/// @param connection name of the connection it is about
/// @param act what is done
/// @param words the packet, or what else the act needs
public record Step(int line, Set<MqttVersion> versions, String connection, Act act, String words) {

    /// What a line does.
    public enum Act {
        /// Sends bytes.
        SEND,
        /// Sends bytes together with those of the next line.
        SEND_WITH_NEXT,
        /// Sends bytes, each in a write of its own.
        SEND_BYTEWISE,
        /// Closes the connection from this side.
        CLOSE,
        /// Waits for a packet.
        EXPECT,
        /// Waits for one of the packets of this and the neighbouring lines of this kind.
        EXPECT_ANY_ORDER,
        /// Lets time pass.
        WAIT
    }
}
