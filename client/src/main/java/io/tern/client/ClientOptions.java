package io.tern.client;

import io.tern.wire.Connect;
import java.util.concurrent.ThreadFactory;

/// What a [ClientBuilder] was told, checked. Units are in the names.
record ClientOptions(Link.Opener opener, String server, Connect connect, SessionOptions session, Backoff backoff,
        MessageHandler handler, ConnectionListener listener, PacketTrace trace, int maximumPacketBytes,
        int outgoingMessagesMax, long outgoingBytesMax, int incomingMessagesMax, long incomingBytesMax,
        ThreadFactory connectionThreads) {
}
