package io.tern.interop;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// What all scenarios of a run share: the broker, and the scripts that play clients.
///
/// `-Dtern.interop.ports=1883,8083` takes a broker that runs already in place of ours, to see what another maker's
/// does.
final class Stage implements AutoCloseable {

    private static final int LIFE_SECONDS = 600;

    private final AtomicInteger names = new AtomicInteger();
    private final String run = Long.toString(ProcessHandle.current().pid() % 46_656, 36);
    private final BrokerProcess broker;
    private final int tcpPort;
    private final int wsPort;
    private Puppeteer python;
    private Puppeteer node;
    private Puppeteer c;
    private Puppeteer go;

    Stage() throws IOException, InterruptedException {
        String others = System.getProperty("tern.interop.ports");
        if (others != null) {
            String[] ports = others.split(",");
            broker = null;
            tcpPort = Integer.parseInt(ports[0]);
            wsPort = Integer.parseInt(ports[1]);
            return;
        }
        broker = new BrokerProcess(LIFE_SECONDS);
        tcpPort = broker.port(Transport.TCP);
        wsPort = broker.port(Transport.WS);
    }

    int port(Transport transport) {
        return transport == Transport.TCP ? tcpPort : wsPort;
    }

    /// A name that nobody else uses, of at most 23 characters as 3.1 wants client identifiers.
    String name() {
        return "i" + run + "-" + names.incrementAndGet();
    }

    /// What the broker has complained of since this was asked last.
    List<String> complaints() {
        return broker == null ? List.of() : broker.complaints();
    }

    ForeignClient client(Setup setup) throws Exception {
        return switch (setup.variant().maker()) {
            case HIVEMQ -> setup.isV5() ? new HiveMq5Client(setup) : new HiveMq3Client(setup);
            case PAHO_JAVA -> setup.isV5() ? new Paho5Client(setup) : new Paho3Client(setup);
            case PAHO_PYTHON -> python().client(setup);
            case MQTT_JS -> node().client(setup);
            case MOSQUITTO -> new MosquittoClient(setup);
            case PAHO_C -> c().client(setup);
            case PAHO_GO -> go().client(setup);
            case VERTX -> new VertxClient(setup);
            case FUSESOURCE -> new FuseSourceClient(setup);
            case AWS -> new AwsClient(setup);
        };
    }

    private synchronized Puppeteer python() throws IOException {
        if (python == null) {
            python = Puppeteer.python(LIFE_SECONDS);
        }
        return python;
    }

    private synchronized Puppeteer node() throws IOException {
        if (node == null) {
            node = Puppeteer.node(LIFE_SECONDS);
        }
        return node;
    }

    private synchronized Puppeteer c() throws IOException, InterruptedException {
        if (c == null) {
            c = Puppeteer.c(LIFE_SECONDS);
        }
        return c;
    }

    private synchronized Puppeteer go() throws IOException, InterruptedException {
        if (go == null) {
            go = Puppeteer.go(LIFE_SECONDS);
        }
        return go;
    }

    @Override
    public synchronized void close() throws IOException {
        for (Puppeteer each : Arrays.asList(python, node, c, go)) {
            if (each != null) {
                each.close();
            }
        }
        if (broker != null) {
            broker.close();
        }
    }
}
