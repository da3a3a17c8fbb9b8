/// What all clients together make the server hold, how much that may be, and whose queues give room when it gets tight.
package io.tern.broker.memory;
