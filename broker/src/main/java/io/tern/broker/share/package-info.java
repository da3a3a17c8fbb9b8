/// Shared subscriptions (section 4.8.2): a group has one queue and many members, and each message goes to one of them.
///
/// A [SharedGroup] lives on one shard, among its [SharedGroups]; the [GroupDirectory] knows where. A session that is a
/// member, on whatever shard, has a [SharedSubscription], and the group has a [Member] for it. The [Memberships] of a
/// shard are what its sessions have to do with groups.
package io.tern.broker.share;
