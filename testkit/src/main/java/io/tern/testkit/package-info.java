/// What tests of other rooms stand on: a real broker in the same process, clients that speak plain bytes, and in
/// `io.tern.testkit.sim` the simulator.
package io.tern.testkit;
