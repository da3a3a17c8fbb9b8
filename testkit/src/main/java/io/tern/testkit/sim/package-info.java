/// The simulator: the real broker, driven by one seed on one thread.
///
/// A [Simulation] gives the broker loops, sockets, a clock, a store and an authenticator that all do one small thing at
/// a time, in an order that the seed decides: deliver half a packet, run a turn, answer an authentication late, cut a
/// connection while it moves, force the journal, end the whole process and start another one on what is left. Model
/// clients follow a random walk over it; a model of what the broker owes them is kept beside it and compared after
/// every step and whenever everything has come to rest.
///
/// The store is a model of one, or the real journal and archive on a disk in memory that is slow, full, broken, and
/// forgets what was not forced.
///
/// The same seed does the same thing again, to the byte: that is how a failure is replayed.
package io.tern.testkit.sim;
