package io.tern.admin.figures;

import io.tern.api.Clock;
import io.tern.api.Message;
import io.tern.api.Worker;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Publishes a [SysTree] again and again, on a thread of its own.
public final class SysTopics implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SysTopics.class);

    private final Supplier<SysTree> begin;
    private final Clock clock;
    private final Consumer<List<Message>> broker;
    private SysTree tree;
    private Worker worker;

    /// Publishes nothing yet.
    ///
    /// @param begin makes the tree, on the thread that publishes
    /// @param clock the time
    /// @param broker takes all topics at once, retained; never waits
    public SysTopics(Supplier<SysTree> begin, Clock clock, Consumer<List<Message>> broker) {
        this.begin = begin;
        this.clock = clock;
        this.broker = broker;
    }

    /// Publishes now, and again after each pause.
    ///
    /// @param pause zero to publish nothing at all
    public void start(Duration pause) {
        if (pause.isZero()) {
            return;
        }
        worker = Worker.start(
                "sys",
                () -> {
                    publish();
                    TimeUnit.MILLISECONDS.sleep(pause.toMillis());
                },
                bug -> LOG.error("bug while $SYS is published", bug));
    }

    /// Publishes once. On its own thread, or in a test in its place.
    void publish() {
        tree = tree == null ? begin.get() : tree;
        broker.accept(tree.step(clock.nowMillis()).entrySet().stream()
                .map(SysTopics::message)
                .toList());
    }

    private static Message message(Map.Entry<String, String> said) {
        byte[] payload = said.getValue().getBytes(StandardCharsets.UTF_8);
        return new Message(TopicName.of(said.getKey()), payload, 1, true, Properties.NONE, null, Message.NEVER);
    }

    /// Publishes no more. What was said stays.
    @Override
    public void close() {
        if (worker != null) {
            worker.close();
        }
    }
}
