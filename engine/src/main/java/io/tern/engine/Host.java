package io.tern.engine;

import io.tern.api.ClientInfo;
import io.tern.api.ConnectionInfo;
import io.tern.api.Journal;
import io.tern.api.Message;
import io.tern.wire.Auth;
import io.tern.wire.Connect;
import io.tern.wire.ReasonCode;
import io.tern.wire.Subscribe;
import io.tern.wire.Unsubscribe;

/// What channels and sessions ask of the shard they live on.
public interface Host {

    /// The time of this turn.
    ///
    /// @return milliseconds since 1970
    long nowMillis();

    /// The bounds set for each client.
    ///
    /// @return the same all the time
    Limits limits();

    /// What the clients of one listener may do.
    ///
    /// @param connection of such a client
    /// @return the same all the time
    ListenerRules rules(ConnectionInfo connection);

    /// What clients are told that ask for it [MQTT 5.0, 3.2.2.3.15].
    ///
    /// @param client who asks
    /// @return null for nothing
    String responseInformation(ClientInfo client);

    /// Counts a rule that a client broke and was allowed to.
    ///
    /// @param channel whose
    /// @param irregularity which rule
    void irregular(Channel channel, Irregularity irregularity);

    /// The shard's encoder of PUBLISH frames.
    ///
    /// @return the same all the time
    Frames frames();

    /// The memory that all clients share.
    ///
    /// @return the same all the time
    Memory memory();

    /// Where durable records are staged.
    ///
    /// @return the shard's journal
    Journal journal();

    /// Authenticates the client, finds or makes its session, and then calls [Channel#open] or [Channel#refuse]. May
    /// move the connection to another shard on the way.
    ///
    /// @param channel parses nothing until then
    /// @param connect the first packet
    void connect(Channel channel, Connect connect);

    /// Goes on with an exchange of AUTH packets, before CONNACK or, to authenticate anew, after it.
    ///
    /// @param channel rests until the next step is known
    /// @param auth what the client sent
    void authenticate(Channel channel, Auth auth);

    /// Routes a message. Then, at once or later, calls [Channel#settled] with the slot, unless that is negative.
    ///
    /// @param channel its publisher
    /// @param message what
    /// @param slot place in the channel's ring of replies; negative at QoS 0, which has none
    /// @param packetId of the PUBLISH, 0 at QoS 0
    void publish(Channel channel, Message message, int slot, int packetId);

    /// The rules of who may publish what.
    ///
    /// @return the same all the time
    default PublishRules gate() {
        return PublishRules.NONE;
    }

    /// Subscribes the channel's session, sends SUBACK, then the retained messages.
    ///
    /// @param channel who asks
    /// @param subscribe what for
    void subscribe(Channel channel, Subscribe subscribe);

    /// Ends subscriptions of the channel's session and sends UNSUBACK.
    ///
    /// @param channel who asks
    /// @param unsubscribe which
    void unsubscribe(Channel channel, Unsubscribe unsubscribe);

    /// The channel has left its session: the network connection is closed or about to be.
    ///
    /// @param session which is without a connection now
    /// @param sendWill false after a DISCONNECT that removes the will [MQTT-3.1.2-8]
    void detached(Session session, boolean sendWill);

    /// The session's outbox can take more of what waits for room elsewhere: retained messages, a shared group's queue.
    ///
    /// @param session which has room in its window or its output buffer
    void roomy(Session session);

    /// Messages wait for this session's client, and it has no [Session#place] among such sessions yet.
    ///
    /// @param session with a queue that isn't empty
    void waiting(Session session);

    /// Counts a message that was not taken from its publisher.
    ///
    /// @param channel whose
    /// @param reason why
    void rejected(Channel channel, ReasonCode reason);

    /// Counts a message that one receiver doesn't get.
    ///
    /// @param session whose
    /// @param message which
    /// @param reason why
    void dropped(Session session, Message message, DropReason reason);
}
