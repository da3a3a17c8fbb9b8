/// What is done against those who mean no good, or whose devices have gone mad: limits on connecting and publishing,
/// failed logins, bans. Knows no clock, file or thread.
package io.tern.broker.defence;
