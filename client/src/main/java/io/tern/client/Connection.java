package io.tern.client;

import io.tern.wire.ConnAck;
import io.tern.wire.ReasonCode;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Decoder;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;

/// One link and the three threads that serve it: one reads, one writes, one looks after the time. All they
/// know about MQTT they ask the [Exchange]; they end together.
final class Connection {

    private static final int READ_BYTES = 64 * 1024;
    private static final int KEEP_BUFFER_BYTES_MAX = 1024 * 1024;
    /// How long the server may take to close its side after our last packet.
    private static final Duration PARTING = Duration.ofSeconds(1);

    private final SessionDriver driver;
    private final Exchange exchange;
    private final Link link;
    private final ThreadFactory threads;
    private final Decoder decoder;
    private Thread reader;

    /// The CONNACK, once there; guarded by the driver's lock.
    ConnAck accepted;
    /// Why it ended, once it has; guarded by the driver's lock.
    MqttException failure;

    Connection(SessionDriver driver, Exchange exchange, Link link, ClientOptions options) {
        this.driver = driver;
        this.exchange = exchange;
        this.link = link;
        this.threads = options.connectionThreads();
        this.decoder = new Decoder(Decoder.Receiver.CLIENT, options.maximumPacketBytes());
        decoder.version(options.connect().version());
    }

    void start() {
        reader = thread("mqtt-reader", this::read);
        reader.start();
        thread("mqtt-writer", this::write).start();
        thread("mqtt-timer", () -> exchange.watchTime(this)).start();
    }

    private Thread thread(String name, Task task) {
        Thread thread = threads.newThread(() -> guarded(task));
        thread.setName(name);
        return thread;
    }

    /// Used by the reading thread only.
    Decoder decoder() {
        return decoder;
    }

    void close() {
        link.close();
    }

    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    // However a thread ends, the connection ends with it: a half-served link would hang for ever.
    private void guarded(Task task) {
        MqttException cause = null;
        try {
            task.run();
        } catch (MqttException e) {
            cause = e;
        } catch (IOException e) {
            cause = MqttException.network("connection lost: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            cause = MqttException.closed("interrupted");
        } catch (RuntimeException bug) {
            cause = new MqttException(MqttException.Kind.PROTOCOL, ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
                    "fault in the client: " + bug, bug);
        }
        if (cause != null) {
            driver.ended(this, cause);
        }
    }

    private void read() throws IOException, InterruptedException {
        byte[] buffer = new byte[READ_BYTES];
        for (int count = link.read(buffer); count >= 0; count = link.read(buffer)) {
            if (!exchange.arrived(this, buffer, count)) {
                return;
            }
        }
        throw MqttException.network("connection closed by the server", null);
    }

    private void write() throws IOException, InterruptedException {
        ByteWriter out = new ByteWriter(READ_BYTES);
        SettledList settled = new SettledList();
        try {
            while (exchange.gather(this, out, settled)) {
                link.write(out.array(), 0, out.size());
                settled.run();
                if (out.array().length > KEEP_BUFFER_BYTES_MAX) {
                    out = new ByteWriter(READ_BYTES);
                }
                out.reset();
            }
        } finally {
            settled.failAll(MqttException.network("connection lost before the message was written", null));
        }
        if (exchange.isCurrent(this)) {
            part();
        }
    }

    // Closing with bytes unread would reset the connection, and the reset could overtake our DISCONNECT.
    private void part() throws IOException, InterruptedException {
        link.finishWriting();
        reader.join(PARTING);
        throw MqttException.closed("disconnected by the application");
    }
}
