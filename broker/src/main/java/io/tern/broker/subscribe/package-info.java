/// SUBSCRIBE and UNSUBSCRIBE.
///
/// [Subscribing] takes the packets in, a slice at a time, and answers them; [SubscriptionRules] refuse what may not be;
/// [ShardSubscriptions] are the subscriptions themselves, in the index or in a shared group.
package io.tern.broker.subscribe;
