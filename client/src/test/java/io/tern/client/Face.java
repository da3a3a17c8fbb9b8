package io.tern.client;

import io.tern.wire.Properties;
import io.tern.wire.Publish;
import io.tern.wire.TopicName;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/// What the tests of the blocking face share.
final class Face {

    static final Duration LONG = Duration.ofSeconds(20);

    private Face() { }

    static ClientBuilder client(ScriptedServer server) {
        return MqttClient.builder().host("127.0.0.1").port(server.port()).clientId("c")
                .reconnect(new Backoff(1, 1, 1));
    }

    /// Runs what blocks beside the test's thread, which plays the server.
    static <T> FutureTask<T> beside(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofVirtual().start(task);
        return task;
    }

    static <T> T result(FutureTask<T> task) throws Exception {
        return task.get(20, TimeUnit.SECONDS);
    }

    static Publish message(String payload, int qos, int id) {
        return new Publish(false, qos, false, TopicName.of("t"), id, Properties.NONE, payload.getBytes());
    }
}
