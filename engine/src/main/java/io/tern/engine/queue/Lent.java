package io.tern.engine.queue;

import io.tern.api.Message;

/// A message that was taken out of a [DurableQueue] and may come back to its place there.
public interface Lent {

    /// @return the place it had
    long sequence();

    /// @return what
    Message message();

    /// @return its [Flags#QOS], [Flags#RETAIN], [Flags#RECORDED]
    int state();
}
