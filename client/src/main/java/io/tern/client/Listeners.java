package io.tern.client;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Tells the application's listener, in order, on one virtual thread that exists only while there is something to
/// tell.
final class Listeners {

    private static final int EVENTS_MAX = 100;

    private final ConnectionListener listener;
    private final ThreadPoolExecutor teller;

    /// @param listener may be null: then nobody is told and no thread is made
    Listeners(ConnectionListener listener) {
        this.listener = listener;
        this.teller = listener == null ? null : new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(EVENTS_MAX), Thread.ofVirtual().name("mqtt-listener").factory(),
                new ThreadPoolExecutor.DiscardOldestPolicy());
    }

    void tell(Consumer<ConnectionListener> event) {
        if (teller != null) {
            teller.execute(() -> event.accept(listener));
        }
    }
}
