/// The subscription index, shared by all shards, and the index of retained messages.
///
/// A topic leads to [io.tern.broker.index.FilterEntry]s, one a filter, whatever the number of subscribers. An entry has
/// a slot for each shard, touched by that shard's thread alone; others see of it two bits. So subscribing costs the
/// same however many subscribers a topic has, and a publish matches once, on its own shard.
///
/// Filters are given without `$share/{name}/`: a shared group is one subscriber of the filter behind that prefix.
package io.tern.broker.index;
