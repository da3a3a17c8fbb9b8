package io.tern.bench.peers;

import com.hivemq.configuration.service.InternalConfigurations;
import com.hivemq.embedded.EmbeddedHiveMQ;
import java.nio.file.Files;
import java.nio.file.Path;

/// HiveMQ CE on a port of this machine: in memory, its limits raised, everybody let in.
public final class Hivemq {

    private Hivemq() {}

    /// Starts it and stays.
    ///
    /// @param args port, and a folder for its files
    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[1]);
        Path conf = Files.createDirectories(home.resolve("conf"));
        Path data = Files.createDirectories(home.resolve("data"));
        Path extensions = Files.createDirectories(home.resolve("extensions"));
        Files.writeString(conf.resolve("config.xml"), """
                <hivemq>
                  <listeners>
                    <tcp-listener><port>%s</port><bind-address>127.0.0.1</bind-address></tcp-listener>
                  </listeners>
                  <mqtt>
                    <queued-messages><max-queue-size>10000000</max-queue-size></queued-messages>
                    <receive-maximum><server-receive-maximum>65535</server-receive-maximum></receive-maximum>
                  </mqtt>
                  <persistence><mode>in-memory</mode></persistence>
                  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                </hivemq>
                """.formatted(args[0]));
        InternalConfigurations.MAX_INFLIGHT_WINDOW_SIZE_MESSAGES = 1000;
        EmbeddedHiveMQ.builder()
                .withConfigurationFolder(conf)
                .withDataFolder(data)
                .withExtensionsFolder(extensions)
                .build()
                .start()
                .join();
        Thread.currentThread().join();
    }
}
