package io.tern.engine.inbound;

import io.tern.engine.rules.ListenerRules;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.ReasonCode;

/// The connection that packets come from.
public interface Sender extends Replies {

    /// The version that it speaks.
    ///
    /// @return never null
    MqttVersion version();

    /// What the clients of its listener may do.
    ///
    /// @return the same all the time
    ListenerRules rules();

    /// Whether packets are exchanged.
    ///
    /// @return false once it is closed
    boolean isOpen();

    /// Whether nothing will be sent or taken any more.
    ///
    /// @return true once it is closed
    boolean isClosed();

    /// Closes it for its client's fault.
    ///
    /// @param reason 0x80 or more
    /// @param words what was wrong
    void fail(ReasonCode reason, String words);

    /// Remembers for its next message what was found out about the topic of the last one.
    ///
    /// @param match what the router has found that topic to match; null for nothing, as it is another one now
    void remember(Object match);

    /// What an answer says besides its reason code.
    ///
    /// @param words what was wrong
    /// @return nothing if the client doesn't want them [MQTT-3.1.2-29]
    Properties why(String words);
}
