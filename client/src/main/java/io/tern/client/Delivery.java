package io.tern.client;

import io.tern.wire.Publish;

/// A message on its way to the application; handed back to [ClientSession#acknowledge] once it has arrived there.
///
/// @param publish the PUBLISH received; its topic is set even when the server sent an alias alone
/// @param connection which connection it came on, counted from 1
/// @param session which of the server's sessions it belongs to: an acknowledgement is owed to that one only
public record Delivery(Publish publish, long connection, long session) {

    /// What this message weighs in a queue.
    ///
    /// @return bytes of topic and payload, plus 64 for what is around them
    public long bytes() {
        return 64L + publish.topic().utf8().length + publish.payload().length;
    }
}
