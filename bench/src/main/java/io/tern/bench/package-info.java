/// A load generator for MQTT brokers that costs less than the brokers it measures: one thread, one selector, frames
/// parsed where they lie, one write a socket and turn, nothing allocated per message.
package io.tern.bench;
