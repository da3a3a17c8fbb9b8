package io.tern.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.tern.broker.watch.Counters;
import io.tern.transport.IoKind;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/// A thousand clients that each connect, come back on another shard, exchange messages and leave. Assertions on the
/// thread rule are on, every buffer is watched for leaks.
class ThousandClientsTest {

    private static final int CLIENTS = 1000;
    private static final int AT_ONCE = 100;
    private static final int SHARDS = 3;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        log.start();
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(log);
    }

    @AfterEach
    void stopListening() {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(log);
    }

    @ParameterizedTest
    @EnumSource(IoKind.class)
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void a_thousand_clients_come_move_exchange_and_leave(IoKind kind) throws Exception {
        if (kind == IoKind.EPOLL && IoKind.best() != IoKind.EPOLL) {
            System.out.println("left out: epoll, which this machine has not");
            return;
        }
        try (TestBroker broker = TestBroker.builder().shards(SHARDS).ioKind(kind).start();
                ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                all.add(clients.submit(() -> live(broker, number)));
            }
            for (Future<?> each : all) {
                each.get();
            }
            assertThat(broker.bugs()).isZero();
            assertThat(broker.broker().count(Counters.Event.MOVED)).isGreaterThan(CLIENTS / SHARDS);
            assertThat(broker.broker().sessions()).isZero();
            assertThat(broker.broker().subscriptions()).isZero();
        }
        for (int i = 0; i < 3; i++) {
            System.gc();
            PooledByteBufAllocator.DEFAULT.directBuffer(64).release(); // The detector reports when it tracks the next.
        }
        assertThat(log.list).extracting(ILoggingEvent::getFormattedMessage).noneMatch(line -> line.contains("LEAK"));
    }

    /// Subscribes, goes away, and is back: the sockets are spread in turn, so mostly on another shard. What came
    /// meanwhile is there, then a message goes each way.
    private static void live(TestBroker broker, int number) {
        String id = "client-" + number;
        TopicName topic = TopicName.of("thousand/" + number);
        try (RawClient first = broker.connect()) {
            assertThat(first.connect(connect(id, true)).sessionPresent()).isFalse();
            first.send(new Subscribe(
                    1,
                    Properties.NONE,
                    List.of(new Subscribe.Item(TopicFilter.of(topic.value()), 1, false, false, 0))));
            first.expect(SubAck.class);
        }
        try (RawClient back = broker.connect()) {
            ConnAck ack = back.connect(connect(id, false));
            assertThat(ack.sessionPresent()).isTrue();
            byte[] payload = ("reading " + number).getBytes(UTF_8);
            back.send(new Publish(false, 1, false, topic, 7, Properties.NONE, payload));
            boolean answered = false;
            boolean delivered = false;
            while (!answered || !delivered) {
                switch (back.receive()) {
                    case PubAck puback -> answered = puback.packetId() == 7;
                    case Publish publish -> {
                        assertThat(publish.payload()).isEqualTo(payload);
                        delivered = true;
                        back.send(new PubAck(publish.packetId()));
                    }
                    case null, default -> throw new AssertionError("neither PUBACK nor PUBLISH");
                }
            }
            back.send(new Disconnect(
                    ReasonCode.SUCCESS, Properties.builder().with(Property.SESSION_EXPIRY_INTERVAL, 0).build()));
            back.expectClosed();
        }
    }

    private static Connect connect(String id, boolean cleanStart) {
        return new Connect(
                MqttVersion.V5,
                false,
                cleanStart,
                60,
                id,
                Properties.builder().with(Property.SESSION_EXPIRY_INTERVAL, 300).build(),
                null,
                null,
                null);
    }
}
