/// A house of 200 sensors: a whole program on the client library. Begin with [House], which tells the day; then
/// [Sensor] for publishing, [Controller] for a handler that answers, and [Phone] for a session that outlives its
/// connection.
package io.tern.examples.house;
