package io.tern.engine;

import io.tern.api.ClientInfo;
import io.tern.api.ConnectionInfo;
import io.tern.api.Durability;
import io.tern.api.Message;
import io.tern.engine.outbound.OutboundHost;
import io.tern.engine.outbound.Outbox;
import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.Waiting;
import io.tern.engine.rules.Limits;
import io.tern.engine.rules.ListenerRules;
import io.tern.wire.Auth;
import io.tern.wire.Connect;
import io.tern.wire.Publish;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicName;
import io.tern.wire.Unsubscribe;

/// What channels and sessions ask of the shard they live on.
public interface Host extends OutboundHost {

    /// The bounds set for each client.
    ///
    /// @return the same all the time
    Limits limits();

    @Override
    default long queueBytes() {
        return limits().queueBytes();
    }

    @Override
    default long queueDiskBytes() {
        return limits().queueDiskBytes();
    }

    @Override
    default int packetIds() {
        return limits().packetIds();
    }

    @Override
    default int queueMessages() {
        return limits().queueMessages();
    }

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

    /// What a client is told that asks how safe acknowledged messages are here: whose CONNECT has a user property
    /// `tern-durability`.
    ///
    /// @return `sync`, `os` or `none`
    String durability();

    /// Whom the channels tell what they have refused.
    ///
    /// @return the same all the time
    Incidents incidents();

    /// Whether the journal keeps what it is told. If not, nobody has to wait for it but the order of things.
    ///
    /// @return the same all the time
    boolean keeps();

    /// Whether there is no room on the disk for what would have to be kept there of a message.
    ///
    /// @param channel its publisher, who may publish it
    /// @param publish of QoS 1 or 2, and no repeat
    /// @param topic to which it goes
    /// @return true if it is to be refused
    boolean lacksRoom(Channel channel, Publish publish, TopicName topic);

    /// Runs an action when nothing that anybody is owed by what is staged so far can be lost any more, at once if it is
    /// so; in the order asked for. That messages are settled, or may be sent, may not be on disk yet.
    ///
    /// @param action to run
    default void whenSafe(Runnable action) {
        whenSafe(Durability.SYNC, action);
    }

    /// Runs an action when everything staged so far is on disk, at once if it is; in the order asked for.
    ///
    /// @param session whose client is closed if it fails
    /// @param action to run
    void whenDurable(Session session, Runnable action);

    /// Runs an action when everything staged so far is as safe as that; in the order asked for with the same
    /// durability.
    ///
    /// @param durability how safe
    /// @param action to run
    void whenSafe(Durability durability, Runnable action);

    /// Calls [Session#release] when a message may be sent: when everything staged so far is safe and its transaction,
    /// if it has one, is decided.
    ///
    /// @param session in whose queue it is
    /// @param sequence its place there
    /// @param durability how safe it has to be
    /// @param transaction 0 for none
    void hold(Session session, long sequence, Durability durability, long transaction);

    /// A session's client has to be disconnected, since it takes too little: later, from outside of the session's work.
    ///
    /// @param session whose queue is full
    void overwhelmed(Session session);

    /// Reads a part of a session's queue from the disk, and calls [Session#read] later.
    ///
    /// @param session whose
    /// @param from the first sequence wanted
    /// @param end one more than the last
    /// @param maxBytes about how much
    /// @param durable whether all records of these are on disk for certain; else it has to be waited for
    void read(Session session, long from, long end, int maxBytes, boolean durable);

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

    /// The rules of who may publish and receive what.
    ///
    /// @return the same all the time
    default AccessRules gate() {
        return AccessRules.NONE;
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

    /// Messages wait for somebody who has no [Waiting#place] yet.
    ///
    /// @param one whose queue isn't empty
    void waiting(Waiting one);

    /// A session's queue has grown beyond 80 % of its bound. Told again with each message more, until it is taken.
    ///
    /// @param session whose [Outbox#fullness] is to be looked at now and then
    /// @return whether it is, until [Outbox#unwatched]
    default boolean filling(Session session) {
        return false;
    }

    /// Counts a message that one receiver doesn't get.
    ///
    /// @param session whose
    /// @param message which
    /// @param reason why
    void dropped(Session session, Message message, DropReason reason);

    /// Counts messages that one receiver doesn't get and that nobody has in memory.
    ///
    /// @param session whose
    /// @param messages how many, about
    /// @param reason why
    void droppedUnread(Session session, long messages, DropReason reason);
}
