package io.tern.engine;

import io.tern.api.ClientInfo;
import io.tern.engine.inbound.InboundHost;
import io.tern.engine.rules.ListenerRules;
import io.tern.engine.rules.Refusal;
import io.tern.wire.Auth;
import io.tern.wire.Connect;
import io.tern.wire.ReasonCode;
import io.tern.wire.Subscribe;
import io.tern.wire.Unsubscribe;

/// What one [Channel] asks of the shard it lives on: each is asked for that channel. On the shard's thread.
public interface ChannelHost extends InboundHost {

    /// What the clients of this channel's listener may do.
    ///
    /// @return the same all the time
    ListenerRules rules();

    /// What clients are told that ask for it [MQTT 5.0, 3.2.2.3.15].
    ///
    /// @param client who asks
    /// @return null for nothing
    String responseInformation(ClientInfo client);

    /// What a client is told that asks how safe acknowledged messages are here: whose CONNECT has a user property
    /// `tern-durability`.
    ///
    /// @return `sync`, `os` or `none`
    String durability();

    /// Authenticates the client, finds or makes its session, and then calls [Channel#open] or [Channel#refuse]. May
    /// move the connection to another shard on the way. The channel parses nothing until then.
    ///
    /// @param connect the first packet
    void connect(Connect connect);

    /// Goes on with an exchange of AUTH packets, before CONNACK or, to authenticate anew, after it. The channel rests
    /// until the next step is known.
    ///
    /// @param auth what the client sent
    void authenticate(Auth auth);

    /// Subscribes the channel's session, sends SUBACK, then the retained messages.
    ///
    /// @param subscribe what for
    void subscribe(Subscribe subscribe);

    /// Ends subscriptions of the channel's session and sends UNSUBACK.
    ///
    /// @param unsubscribe which
    void unsubscribe(Unsubscribe unsubscribe);

    /// The channel has left its session: the network connection is closed or about to be.
    ///
    /// @param session which is without a connection now
    /// @param sendWill false after a DISCONNECT that removes the will [MQTT-3.1.2-8]
    void detached(Session session, boolean sendWill);

    /// Counts and tells that CONNECT is refused for what stands in it. The channel closes itself.
    ///
    /// @param connect the packet
    /// @param refusal why
    void refused(Connect connect, Refusal refusal);

    /// Counts and tells that the connection is about to be closed by this side.
    ///
    /// @param reason what the client is told, if its version has words for it
    /// @param words more of it, or null
    void closing(ReasonCode reason, String words);
}
