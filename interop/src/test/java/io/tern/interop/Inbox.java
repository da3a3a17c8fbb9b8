package io.tern.interop;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// What has come for a client, from its library's threads to the test's.
final class Inbox {

    private final Setup setup;
    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> ends = new LinkedBlockingQueue<>();

    Inbox(Setup setup) {
        this.setup = setup;
    }

    void received(Message message) {
        messages.add(message);
    }

    /// The connection has ended, and not by this client.
    void ended(int reasonCode) {
        ends.add(reasonCode);
    }

    /// Forgets how the connection before this one ended.
    void connecting() {
        ends.clear();
    }

    Message nextMessage() throws InterruptedException {
        Message next = messages.poll(Setup.DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError(setup.variant() + " (" + setup.clientId() + ") has received no message");
        }
        return next;
    }

    int nextEnd() throws InterruptedException {
        Integer end = ends.poll(Setup.DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
        if (end == null) {
            throw new AssertionError(setup.variant() + " (" + setup.clientId() + ") is still connected");
        }
        return end;
    }
}
