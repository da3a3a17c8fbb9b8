/// The runtime around the engine: shards, the way from CONNECT to a session, and routing between shards.
///
/// A [Shard] is one thread's world: its links, sessions and timers. [Logins] brings a connection to the shard that
/// owns its session, by the [Directory]; the [Router] matches a message once and hands it to the shards that have
/// subscribers, over bounded lanes; a [Fanout] walks a shard's own subscribers; [Subscribing], [Departures],
/// [RetainedDelivery] and [SharedGroup] do what their names say. [Broker] wires one of each for every loop it is given.
///
/// Everything of a shard is touched by its loop's thread alone. What shards share is concurrent by construction: the
/// index, the retained messages, the directory, the registry of shared groups and the lanes.
package io.tern.broker;

import io.tern.broker.connect.Departures;
import io.tern.broker.connect.Directory;
import io.tern.broker.connect.Logins;
