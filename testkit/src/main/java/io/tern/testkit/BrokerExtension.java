package io.tern.testkit;

import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Gives a test class a running [TestBroker]: one for the class if the field is static, one for each test if it isn't.
///
/// ```java
/// @RegisterExtension
/// static final BrokerExtension BROKER = new BrokerExtension();
/// ```
///
/// A test during which the broker met a mistake of its own fails, unless it plants one.
public final class BrokerExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private final Supplier<TestBroker> start;
    private boolean bugsAllowed;
    private TestBroker broker;
    private boolean forClass;
    private long bugsBefore;

    /// A broker with the default options.
    public BrokerExtension() {
        this(TestBroker::start);
    }

    /// Any broker.
    ///
    /// @param start starts it
    public BrokerExtension(Supplier<TestBroker> start) {
        this.start = start;
    }

    /// For tests that make the broker fail.
    ///
    /// @return this
    public BrokerExtension allowingBugs() {
        bugsAllowed = true;
        return this;
    }

    /// The broker. Only during tests.
    ///
    /// @return running
    public TestBroker broker() {
        if (broker == null) {
            throw new IllegalStateException("no test is running");
        }
        return broker;
    }

    /// Port of MQTT over TCP.
    ///
    /// @return port on 127.0.0.1
    public int port() {
        return broker().port();
    }

    /// Port of MQTT over WebSocket.
    ///
    /// @return port on 127.0.0.1
    public int wsPort() {
        return broker().wsPort();
    }

    /// Opens a TCP connection.
    ///
    /// @return connected, nothing sent
    public RawClient connect() {
        return broker().connect();
    }

    /// Opens a WebSocket connection.
    ///
    /// @return upgraded, nothing sent
    public RawClient connectWebSocket() {
        return broker().connectWebSocket();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        forClass = true;
        broker = start.get();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (broker == null) {
            broker = start.get();
        }
        bugsBefore = broker.bugs();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        long bugs = broker.bugs() - bugsBefore;
        if (!forClass) {
            close();
        }
        if (bugs > 0 && !bugsAllowed) {
            throw new AssertionError("the broker met " + bugs + " bugs of its own; see its log");
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    private void close() {
        if (broker != null) {
            broker.close();
            broker = null;
        }
    }
}
