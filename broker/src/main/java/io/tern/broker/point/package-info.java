/// Messages to one client, by the topics of [io.tern.wire.PointToPoint].
///
/// Whoever gets his first one is given a subscription to his own such topics, which only the index knows; from then on
/// it is routed like any other message, with the same promises. A publisher whose message is the first waits until its
/// receiver's shard has made that subscription.
package io.tern.broker.point;
