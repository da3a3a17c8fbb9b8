/// The way out: from a message that somebody is owed to the bytes of a PUBLISH, with its packet identifier, within the
/// window and until it is answered.
///
/// An [Outbox] has what one session is owed at QoS 1 and 2: a [Backlog] of what waits, and what was sent, which is
/// [InFlight] until it is answered. [Identifiers] says how far may be sent, the [SendWindow] how much at once. A
/// [Qos0Backlog] is there while a receiver reads too slowly. [PublishFrames] encodes once what many get. Nothing here
/// knows what a session or a channel is: an [OutboxOwner] is told what becomes of its messages, and a [Receiver] says
/// what its client takes.
///
/// **One line of sequences.** Each message that a session is owed gets a sequence when it is taken in, one more than
/// the last, and keeps it to its end: in memory, on disk, over connections and over crashes. Three parts of the queue
/// follow each other on that line, and a message moves through them from right to left:
///
///               sent                       in memory                  on disk only
///      |------------------------|--------------------------|--------------------------|
///      s.first    s.next    s.end     holes where dropped     holes where dropped     end
///      oldest     first to  never     oldest, the next to     read back when the      the next
///      unsettled  go again  sent      be sent                 ring runs low           sequence
///
///      io.tern.engine.queue.Sent    WaitingRing            Spilled
///                                   `--------- DurableQueue, here the Backlog --------'
///
/// - **sent** is dense: there is a place for each sequence from the oldest that is unsettled to the last that was sent,
///   also for those that were settled or dropped in between, since the packet identifier is found by it. Nothing is
///   dropped here. On a new connection `next` goes back to `first`, and all is sent again [MQTT-4.4.0-1].
/// - **in memory** has the messages themselves. It is where the policy drops the oldest, or the one before of the same
///   topic; what is dropped leaves a hole that takes no place.
/// - **on disk only** knows where it begins and ends, and its holes, and no message. What comes while it isn't empty
///   goes behind it, so the order holds; what a shared group lends and takes back is the one exception.
///
/// **With priorities** there is such a line for each, and all draw their sequences from one: what belongs to another is
/// a hole. A higher one goes first ([io.tern.engine.queue.Lanes]), so what is sent of all together is not in the order
/// of its sequences, but in that of each line; `sent` is one for each as well ([SentByPriority]).
///
///      alarms     |---sent---|--in memory--|
///      all other  |----sent----|-------in memory-------|------on disk only------|
///                 oldest of all: how far identifiers reach is counted from here
///
/// **From sequence to packet identifier.** It is `1 + sequence mod 65,535`, and no record of it is needed:
///
///      sequence    0      1   ...  65,534    65,535   65,536  ...
///      identifier  1      2   ...  65,535         1        2  ...
///
/// An identifier may be in use at the receiver from the first sending until the end of the exchange. So two that have
/// the same must never be under way at once: nothing is sent that is 65,535 or more behind the oldest unsettled one,
/// be that sent or not.
///
/// **After a crash.** The journal tells `first` and `end` of what was written, and, by what it was told before anything
/// was sent, a sequence that was not reached (see [Identifiers]). What lies between was maybe sent:
///
///      first                     maybe sent up to here                   end
///        |------------------------------|--------------------------------|
///         sent again with DUP, never          waits as before; may be
///         dropped: its identifier may         dropped
///         be in use
///
/// What may have been sent at QoS 2 before it was written ("loose") has no record at all. Its receiver may wait for
/// PUBREL, and gets one for each such identifier, in vain if there never was a message.
package io.tern.engine.outbound;
