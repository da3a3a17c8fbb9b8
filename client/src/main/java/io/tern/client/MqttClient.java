package io.tern.client;

import io.tern.wire.ConnAck;
import io.tern.wire.Properties;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// An MQTT client for 3.1, 3.1.1 and 5.0. Blocking, on whatever thread calls; virtual threads do the rest. Safe for
/// use by many threads, and from inside its own callbacks.
///
/// ```
/// try (MqttClient client = MqttClient.builder().host("localhost").onMessage(System.out::println).build()) {
///     client.connect();
///     client.subscribe("house/+/temperature", 1);
///     client.publish("house/kitchen/temperature", "21".getBytes(UTF_8), 1, false);
/// }
/// ```
///
/// When the connection is lost it is made again (see [Backoff]); meanwhile calls wait and messages queue up, within
/// the limits of the builder. A session that the server still has is resumed; if the server has lost it, granted
/// subscriptions are made again, QoS 1 messages in flight are sent anew, and QoS 2 messages in flight fail, because
/// nobody can tell any more whether they arrived.
public final class MqttClient implements AutoCloseable {

    private final SessionDriver driver;
    private final Exchange exchange;

    MqttClient(ClientOptions options) {
        this.driver = new SessionDriver(options);
        this.exchange = driver.exchange();
    }

    /// Starts to describe a client.
    ///
    /// @return a builder with the defaults
    public static ClientBuilder builder() {
        return new ClientBuilder();
    }

    /// Connects, and waits for the server's answer. Doesn't try again by itself: that begins after the first success.
    /// May be called again after [#disconnect] or after the client ended by itself.
    ///
    /// @return the CONNACK
    /// @throws MqttException of kind REFUSED with the server's reason, UNREACHABLE, NETWORK or TIMEOUT
    /// @throws InterruptedException if the caller is interrupted
    /// @throws IllegalStateException if connected or closed
    public ConnAck connect() throws MqttException, InterruptedException {
        return driver.connect();
    }

    /// Publishes, and waits until its QoS is fulfilled: written (0), PUBACK (1), PUBCOMP (2).
    ///
    /// @param topic no wildcards
    /// @param payload not copied: leave it alone until this returns
    /// @param qos 0 to 2
    /// @param retain whether the server keeps it for later subscribers
    /// @return SUCCESS, or NO_MATCHING_SUBSCRIBERS if the server says so
    /// @throws MqttException if it was refused or can't be delivered
    /// @throws InterruptedException if the caller is interrupted; the message may still be delivered
    /// @throws IllegalArgumentException if the topic is no topic name
    public ReasonCode publish(String topic, byte[] payload, int qos, boolean retain)
            throws MqttException, InterruptedException {
        return publish(topic, payload, qos, retain, Properties.NONE);
    }

    /// Publishes with properties (5.0), and waits; see the shorter form.
    ///
    /// @param topic no wildcards
    /// @param payload not copied: leave it alone until this returns
    /// @param qos 0 to 2
    /// @param retain whether the server keeps it for later subscribers
    /// @param properties ignored in 3.x
    /// @return SUCCESS, or NO_MATCHING_SUBSCRIBERS if the server says so
    /// @throws MqttException if it was refused or can't be delivered
    /// @throws InterruptedException if the caller is interrupted; the message may still be delivered
    public ReasonCode publish(String topic, byte[] payload, int qos, boolean retain, Properties properties)
            throws MqttException, InterruptedException {
        Reply<ReasonCode> reply = Reply.ofPublish(exchange, false);
        exchange.publish(new Outgoing(TopicName.of(topic), payload, qos, retain, properties, reply));
        return reply.await();
    }

    /// Publishes without waiting for the handshake; blocks only while the outgoing queue is full.
    ///
    /// @param topic no wildcards
    /// @param payload not copied: leave it alone until the future is done
    /// @param qos 0 to 2
    /// @param retain whether the server keeps it for later subscribers
    /// @return done when its QoS is fulfilled; fails with an [MqttException]. Its stages run on threads of their own
    /// @throws MqttException if the client is not connected and not about to be
    /// @throws InterruptedException if the caller is interrupted while it waits for room
    public CompletableFuture<ReasonCode> publishAsync(String topic, byte[] payload, int qos, boolean retain)
            throws MqttException, InterruptedException {
        return publishAsync(topic, payload, qos, retain, Properties.NONE);
    }

    /// Publishes with properties (5.0) and without waiting for the handshake; see the shorter form.
    ///
    /// @param topic no wildcards
    /// @param payload not copied: leave it alone until the future is done
    /// @param qos 0 to 2
    /// @param retain whether the server keeps it for later subscribers
    /// @param properties ignored in 3.x
    /// @return done when its QoS is fulfilled; fails with an [MqttException]. Its stages run on threads of their own
    /// @throws MqttException if the client is not connected and not about to be
    /// @throws InterruptedException if the caller is interrupted while it waits for room
    public CompletableFuture<ReasonCode> publishAsync(String topic, byte[] payload, int qos, boolean retain,
            Properties properties) throws MqttException, InterruptedException {
        Reply<ReasonCode> reply = Reply.ofPublish(exchange, true);
        exchange.publish(new Outgoing(TopicName.of(topic), payload, qos, retain, properties, reply));
        return reply;
    }

    /// Subscribes, and waits for the answer.
    ///
    /// @param filter may have wildcards, and `$share/{name}/` in front
    /// @param qos the highest QoS wanted, 0 to 2
    /// @return the QoS granted
    /// @throws MqttException if it was refused (kind REJECTED), or if there will be no answer
    /// @throws InterruptedException if the caller is interrupted
    /// @throws IllegalArgumentException if the filter is no topic filter
    public ReasonCode subscribe(String filter, int qos) throws MqttException, InterruptedException {
        ReasonCode answer = subscribe(new Subscribe.Item(TopicFilter.of(filter), qos)).getFirst();
        if (answer.isError()) {
            throw MqttException.rejected(answer);
        }
        return answer;
    }

    /// Subscribes to several filters with one packet, and waits for the answer.
    ///
    /// @param items at least one
    /// @return one answer for each, in their order: the QoS granted, or 0x80 and more
    /// @throws MqttException if there will be no answer
    /// @throws InterruptedException if the caller is interrupted
    public List<ReasonCode> subscribe(Subscribe.Item... items) throws MqttException, InterruptedException {
        return subscribe(Properties.NONE, Arrays.asList(items));
    }

    /// Subscribes with properties (5.0), and waits for the answer.
    ///
    /// @param properties ignored in 3.x
    /// @param items at least one
    /// @return one answer for each, in their order: the QoS granted, or 0x80 and more
    /// @throws MqttException if there will be no answer
    /// @throws InterruptedException if the caller is interrupted
    public List<ReasonCode> subscribe(Properties properties, List<Subscribe.Item> items)
            throws MqttException, InterruptedException {
        Reply<List<ReasonCode>> reply = Reply.ofRequest(exchange);
        exchange.request(session -> session.subscribe(reply, properties, items));
        return reply.await();
    }

    /// Ends subscriptions, and waits for the answer.
    ///
    /// @param filters exactly as subscribed
    /// @return one answer for each, in their order; always success in 3.x
    /// @throws MqttException if there will be no answer
    /// @throws InterruptedException if the caller is interrupted
    public List<ReasonCode> unsubscribe(String... filters) throws MqttException, InterruptedException {
        return unsubscribe(Properties.NONE, Arrays.stream(filters).map(TopicFilter::of).toList());
    }

    /// Ends subscriptions with properties (5.0), and waits for the answer.
    ///
    /// @param properties ignored in 3.x
    /// @param filters exactly as subscribed
    /// @return one answer for each, in their order; always success in 3.x
    /// @throws MqttException if there will be no answer
    /// @throws InterruptedException if the caller is interrupted
    public List<ReasonCode> unsubscribe(Properties properties, List<TopicFilter> filters)
            throws MqttException, InterruptedException {
        Reply<List<ReasonCode>> reply = Reply.ofRequest(exchange);
        exchange.request(session -> session.unsubscribe(reply, properties, filters));
        return reply.await();
    }

    /// Takes the next message; it is acknowledged with that. For clients without a handler.
    ///
    /// @param timeout how long to wait; zero doesn't wait
    /// @return the message, or null if none came in time
    /// @throws MqttException if the connection is gone for good and nothing is left
    /// @throws InterruptedException if the caller is interrupted
    public Publish receive(Duration timeout) throws MqttException, InterruptedException {
        Delivery delivery = exchange.take(timeout.toNanos(), false);
        if (delivery == null) {
            return null;
        }
        exchange.handedOver(delivery);
        return delivery.publish();
    }

    /// Disconnects in good order, without the Will. What has not been sent or acknowledged by then fails.
    ///
    /// @throws InterruptedException if the caller is interrupted; the connection ends anyway
    public void disconnect() throws InterruptedException {
        disconnect(ReasonCode.SUCCESS, Properties.NONE);
    }

    /// Disconnects with a reason (5.0). Does nothing if not connected.
    ///
    /// @param reason SUCCESS, DISCONNECT_WITH_WILL or an error
    /// @param properties ignored in 3.x
    /// @throws InterruptedException if the caller is interrupted; the connection ends anyway
    public void disconnect(ReasonCode reason, Properties properties) throws InterruptedException {
        driver.disconnect(reason, properties);
    }

    /// Ends the connection at once and without a DISCONNECT, as if the power had failed: the server publishes the
    /// Will. What has not been sent or acknowledged by then fails. Does nothing if not connected.
    public void abort() {
        driver.abort();
    }

    /// Disconnects for good. Messages that the application has not taken are forgotten, and not acknowledged.
    @Override
    public void close() {
        driver.close();
    }

    /// Whether the server has accepted the present connection.
    ///
    /// @return false while it is being made again
    public boolean isConnected() {
        return exchange.isConnected();
    }

    /// The client identifier.
    ///
    /// @return ours, or the one that the server assigned
    public String clientId() {
        return exchange.clientId();
    }

    /// Messages of QoS 0 that were dropped because the incoming queue was full while its consumer waited for the
    /// server, or while there was no consumer.
    ///
    /// @return count since this client was made
    public long droppedMessages() {
        return exchange.droppedMessages();
    }
}
