/// The way out: from a message that somebody is owed to the bytes of a PUBLISH, with its packet identifier, within the
/// window and until it is answered.
///
/// An [Outbox] has what one session is owed at QoS 1 and 2: a [Backlog] of what waits, and what was sent. [Identifiers]
/// says how far may be sent, the [SendWindow] how much at once. A [Qos0Backlog] is there while a receiver reads too
/// slowly. [PublishFrames] encodes once what many get. Nothing here knows what a session or a channel is: an
/// [OutboxOwner] is told what becomes of its messages, and a [Receiver] says what its client takes.
package io.tern.engine.outbound;
