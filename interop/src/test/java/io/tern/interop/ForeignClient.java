package io.tern.interop;

/// What a scenario asks of a client. One connection at a time, for one thread; everything waits for the broker's
/// answer, and fails after [Setup#DEADLINE_MILLIS].
interface ForeignClient extends AutoCloseable {

    /// What [#endedByBroker] says if the broker closed without a word.
    int NO_REASON = -1;

    /// Connects, as it does again after [#disconnect] or [#lost], with the client's own half of the
    /// session kept.
    ///
    /// @return the Session Present flag; false if the client doesn't tell
    boolean connect() throws Exception;

    /// Subscribes to one filter.
    ///
    /// @return the QoS granted, or a reason code of 0x80 and above
    int subscribe(String filter, int qos) throws Exception;

    /// Unsubscribes from one filter.
    void unsubscribe(String filter) throws Exception;

    /// Publishes and waits until it is answered; at QoS 0 until it is sent.
    default void publish(Message message) throws Exception {
        publishLater(message).await();
    }

    /// Publishes without waiting.
    Answer publishLater(Message message) throws Exception;

    /// The next message received, in the order of arrival.
    Message receive() throws Exception;

    /// Ends the connection with DISCONNECT.
    void disconnect() throws Exception;

    /// Waits until the broker has ended the connection.
    ///
    /// @return the reason code of its DISCONNECT, or [#NO_REASON]
    int endedByBroker() throws Exception;

    /// Waits until the client has noticed that its connection is gone.
    void lost() throws Exception;

    /// Gives everything back, connected or not.
    @Override
    void close();

    /// Of a publish, still to come.
    interface Answer {

        /// Waits until the publish is answered.
        void await() throws Exception;
    }
}
