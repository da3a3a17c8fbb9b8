package io.tern.bench.peers;

import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import java.util.Properties;

/// Moquette on a port of this machine: in memory, its limits raised, everybody let in.
public final class Moquette {

    private Moquette() {}

    /// Starts it and stays.
    ///
    /// @param args port, and a folder for its files
    public static void main(String[] args) throws Exception {
        Properties properties = new Properties();
        properties.setProperty(IConfig.PORT_PROPERTY_NAME, args[0]);
        properties.setProperty(IConfig.HOST_PROPERTY_NAME, "127.0.0.1");
        properties.setProperty(IConfig.ALLOW_ANONYMOUS_PROPERTY_NAME, "true");
        properties.setProperty(IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME, "false");
        properties.setProperty(IConfig.DATA_PATH_PROPERTY_NAME, args[1]);
        properties.setProperty(IConfig.ENABLE_TELEMETRY_NAME, "false");
        properties.setProperty(IConfig.SESSION_QUEUE_SIZE, "1000000");
        properties.setProperty(IConfig.NETTY_MAX_BYTES_PROPERTY_NAME, "1048576");
        new Server().startServer(new MemoryConfig(properties));
        Thread.currentThread().join();
    }
}
