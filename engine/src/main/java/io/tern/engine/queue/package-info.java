/// Messages owed to somebody: those that wait, in memory and on disk, and those that were sent and not settled.
///
/// A [DurableQueue] is what waits for one session or one shared group: a [WaitingRing] in memory, and behind it what is
/// [Spilled] to the disk. These two are a [Lane]; where topics have priorities there is one for each that has come, and
/// [Lanes] says which goes next. What was [Sent] is apart from it, so that what is dropped leaves no holes behind what
/// stays. Nothing here knows what a session is: a [QueueOwner] is told what becomes of its messages, and a [QueueHost]
/// says how much there may be.
package io.tern.engine.queue;
