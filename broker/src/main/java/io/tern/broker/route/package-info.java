/// The way of a message from its publisher's shard to all who get it.
///
/// [Router] takes it, has it retained if it is to be, matches its topic once, and makes a [Handover] of it for each
/// shard that has subscribers: it goes through [HandoversOut], the lane, and [HandoversIn]. There a [Fanout] walks over
/// the shard's own subscribers. A [Transaction] binds what several shards write of a message of QoS 2.
///
/// [CrowdedReceivers] hold the answers to publishers of topics that ask for it while a receiver has fallen behind.
/// [TopicRules] are what the operator has set for topics.
package io.tern.broker.route;
