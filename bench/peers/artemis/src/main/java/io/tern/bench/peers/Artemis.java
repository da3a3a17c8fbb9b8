package io.tern.bench.peers;

import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/// ActiveMQ Artemis on a port of this machine: in memory, its limits raised, everybody let in.
public final class Artemis {

    private Artemis() {}

    /// Starts it and stays.
    ///
    /// @param args port, and a folder for its files
    public static void main(String[] args) throws Exception {
        Configuration configuration = new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setGlobalMaxSize(-1)
                .addAcceptorConfiguration("mqtt", "tcp://127.0.0.1:" + args[0] + "?protocols=MQTT");
        configuration.setBrokerInstance(new java.io.File(args[1]));
        configuration.addAddressSetting("#", new AddressSettings().setMaxSizeBytes(-1).setMaxSizeMessages(-1));
        new EmbeddedActiveMQ().setConfiguration(configuration).start();
        Thread.currentThread().join();
    }
}
