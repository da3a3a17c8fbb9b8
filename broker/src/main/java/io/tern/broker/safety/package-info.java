/// What one shard does when its journal has come so far: answers that leave, deliveries that were held back, queues
/// that are read.
///
/// Whoever answers for something durable asks [Safety] to run the answer when it is safe; nobody else has to know how
/// far the journal is.
package io.tern.broker.safety;
