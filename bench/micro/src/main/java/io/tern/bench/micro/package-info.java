/// What single steps of a message's way cost, without sockets and without other threads: time and allocation, measured
/// by JMH. Run them with `bench/jmh`.
package io.tern.bench.micro;
