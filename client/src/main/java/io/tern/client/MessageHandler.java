package io.tern.client;

import io.tern.wire.Publish;

/// Gets the messages that arrive, one after the other, on a virtual thread of the client's own. May block, and may
/// call the client: publish, subscribe, disconnect.
@FunctionalInterface
public interface MessageHandler {

    /// A message. It is acknowledged to the server when this returns or throws.
    ///
    /// @param message its topic is always set; the payload must not be changed
    /// @throws Exception goes to [ConnectionListener#handlerFailed]; the next message comes anyway
    void onMessage(Publish message) throws Exception;
}
