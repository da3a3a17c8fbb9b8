/// Time as the broker has it: the clock by which all goes that lasts, the timers of a shard, and the steps by which
/// a turn's work is measured, so that it has an end.
///
/// Nothing here knows the rest of the broker.
package io.tern.broker.time;
